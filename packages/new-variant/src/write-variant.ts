import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { format, type FormatConfig } from 'oxfmt';
import { renderTemplate, wordsInUse, type VariantFiles } from './template.ts';
import { requireName } from './variant-name.ts';

/** Folders that contain packages. */
const PACKAGE_PARENTS = ['.', 'apps', 'packages', 'packages/variants'];

interface Manifest {
  name: string;
  dependencies: Record<string, string>;
}

/**
 * Writes a new variant's package and adds it to the dependencies of experiments. On an error it does neither.
 *
 * @param root folder of the workspace
 * @returns the files that were written
 * @throws {SaeLabError} new-variant.bad-name, new-variant.reserved-name, new-variant.exists
 */
export async function writeVariant(root: string, name: string): Promise<VariantFiles> {
  requireName(name, wordsInUse());
  requireNew(root, name);
  const style = readJson(join(root, '.oxfmtrc.json')) as FormatConfig;
  const files = await renderTemplate(name, style);
  const listing = join(root, 'experiments/package.json');
  const listed = await format('package.json', JSON.stringify(withDependency(listing, name)), style);

  // Everything is written to a temporary folder first, so an interruption leaves no half-written variant.
  const aside = mkdtempSync(join(root, '.new-variant-'));
  try {
    for (const [path, text] of Object.entries(files)) write(join(aside, name, path), text);
    write(join(aside, 'experiments.json'), listed.code);
    renameSync(join(aside, name), join(root, 'packages/variants', name));
    renameSync(join(aside, 'experiments.json'), listing);
  } finally {
    rmSync(aside, { recursive: true });
  }
  return files;
}

function requireNew(root: string, name: string): void {
  const folder = join('packages/variants', name);
  const taken = existsSync(join(root, folder)) ? folder : packageNamed(root, `@sae-lab/${name}`);
  if (taken === undefined) return;
  throw new SaeLabError('new-variant.exists', {
    problem: `${taken} already has this name`,
    field: '<name>',
    received: JSON.stringify(name),
    fix: 'Choose another name, or edit the existing package.',
  });
}

function packageNamed(root: string, name: string): string | undefined {
  const folders = PACKAGE_PARENTS.filter((parent) => existsSync(join(root, parent))).flatMap((parent) =>
    readdirSync(join(root, parent)).map((folder) => join(parent, folder)),
  );
  return folders.find((folder) => {
    const manifest = join(root, folder, 'package.json');
    return existsSync(manifest) && (readJson(manifest) as Manifest).name === name;
  });
}

function withDependency(listing: string, name: string): Manifest {
  const manifest = readJson(listing) as Manifest;
  const dependencies = { ...manifest.dependencies, [`@sae-lab/${name}`]: 'workspace:*' };
  const sorted = Object.entries(dependencies).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { ...manifest, dependencies: Object.fromEntries(sorted) };
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
