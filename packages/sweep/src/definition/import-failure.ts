import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SaeLabError, describeValue, expectedName, nearest, type ErrorDetails } from '@sae-lab/errors';
import { fixOfName } from './missing-name.ts';
import { ownPackages } from './own-packages.ts';

/** A line of a file, as an editor opens it: `/x/helper.ts:3`. */
interface Place {
  readonly file: string;
  readonly line?: number | undefined;
}

/** Our packages. The experiment's own stack frame is more useful than theirs. */
const OWN_PACKAGES = ['core', 'db', 'errors', 'kernels', 'sweep'].map((name) =>
  resolve(import.meta.dirname, '../../..', name, 'src'),
);

/**
 * The error for an experiment that cannot be imported. It names the file and line at fault, which may be in a file that
 * the experiment imports, and what to do.
 *
 * @param thrown what the import rejected with; not always an Error
 */
export async function importFailure(experiment: string, thrown: unknown): Promise<SaeLabError> {
  if (!(thrown instanceof Error)) {
    return failure(experiment, { file: experiment }, thrown, {
      problem: `cannot be imported: it, or a file that it imports, throws ${describeValue(thrown)} instead of an Error`,
      fix: 'Throw an Error, which has a file and line.',
    });
  }
  const problem = `cannot be imported: ${thrown.name}: ${thrown.message.trim()}`;
  const missing = missingImport(thrown);
  if (missing === undefined) {
    const place = placeOf(thrown) ?? { file: experiment };
    const fix = await fixOfName(thrown, place.file);
    return failure(experiment, place, thrown, { problem, ...(fix !== undefined && { fix }) });
  }
  const { importer, name, kind } = missing;
  return failure(experiment, { file: importer, line: lineOfImport(importer, name) }, thrown, {
    problem:
      kind === 'package'
        ? `imports the package ${name}, which is not installed`
        : `imports ${name}, which does not exist`,
    fix: kind === 'package' ? fixOfPackage(importer, name) : fixOfFile(importer, name),
  });
}

function failure(
  experiment: string,
  { file, line }: Place,
  cause: unknown,
  details: ErrorDetails,
): SaeLabError {
  const through = file === experiment ? '' : ` (imported by ${experiment})`;
  return new SaeLabError('experiment.import-failed', {
    ...details,
    problem: `${details.problem}${through}`,
    field: line === undefined ? file : `${file}:${line}`,
    cause,
  });
}

/** The place of an error: above the stack for a syntax error, else the innermost frame outside of libraries. */
function placeOf({ stack = '' }: Error): Place | undefined {
  const places = stack.split('\n').flatMap((text, index) => {
    const match =
      index === 0
        ? /^(?<path>(file:\/\/)?\/.*):(?<line>\d+)$/.exec(text)
        : /^ +at (async )?(.*\()?(?<path>(file:\/\/)?\/[^()]*):(?<line>\d+):\d+\)?$/.exec(text);
    const { path, line } = match?.groups ?? {};
    if (path === undefined || path.includes('/node_modules/')) return [];
    return [{ file: path.startsWith('file:') ? fileURLToPath(path) : path, line: Number(line) }];
  });
  const isOwn = ({ file }: Place): boolean => OWN_PACKAGES.some((folder) => file.startsWith(folder));
  return places.find((place) => !isOwn(place)) ?? places[0];
}

interface MissingImport {
  readonly kind: 'package' | 'module';
  /** A package's name, or a file's absolute path. */
  readonly name: string;
  readonly importer: string;
}

function missingImport(error: NodeJS.ErrnoException): MissingImport | undefined {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  const match = /^Cannot find (package|module) '(.+?)' imported from '?(.+?)'?$/m.exec(error.message);
  const [, kind, name, importer] = match ?? [];
  if (kind === undefined || name === undefined || importer === undefined) return undefined;
  return { kind: kind as MissingImport['kind'], name, importer };
}

/** The line that imports a package or a file. */
function lineOfImport(importer: string, name: string): number | undefined {
  const source = existsSync(importer) ? readFileSync(importer, 'utf8') : '';
  const at = source.split('\n').findIndex((line) =>
    [...line.matchAll(/['"`](?<specifier>[^'"`]+)['"`]/g)].some(({ groups }) => {
      const specifier = groups!['specifier']!;
      if (isAbsolute(name)) return resolve(dirname(importer), specifier) === name;
      return specifier === name || specifier.startsWith(`${name}/`);
    }),
  );
  return at < 0 ? undefined : at + 1;
}

function fixOfFile(importer: string, path: string): string {
  const stem = path.slice(0, path.length - extname(path).length);
  const found = [path, stem]
    .flatMap((base) => ['.ts', '.js', '/index.ts'].map((end) => `${base}${end}`))
    .find(existsSync);
  if (found === undefined) return 'Create the file, or correct the path.';
  const specifier = relative(dirname(importer), found);
  return `Write '${specifier.startsWith('.') ? specifier : `./${specifier}`}': an import needs the full name of the file.`;
}

function fixOfPackage(importer: string, name: string): string {
  const folder = folderOfPackage(dirname(importer));
  if (folder === undefined) {
    return "Move the file into the project's experiments folder: no package.json above it can list the package.";
  }
  const isOurs = name.startsWith('@sae-lab/');
  const names = ownPackages().map((known) => known.name);
  if (isOurs && !names.includes(name)) {
    const [like] = nearest(name, names, 1, 3);
    return like === undefined ? `Expected ${expectedName(name, names)}.` : `Write '${like}'.`;
  }
  const workspace = isOurs ? '--workspace ' : '';
  return `Add it to ${join(folder, 'package.json')}: \`pnpm --dir ${folder} add ${workspace}${name}\`.`;
}

function folderOfPackage(folder: string): string | undefined {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : folderOfPackage(above);
}
