import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearest } from '@sae-lab/errors';
import { ownPackages } from './own-packages.ts';

/** Names further away are not suggested. */
const MOST_EDITS = 3;

/**
 * What to do about a name that a file uses and does not have: an identifier that is not defined, or an import that its
 * module does not export. Undefined where nothing is alike.
 */
export async function fixOfName(error: Error, file: string): Promise<string | undefined> {
  const unknown = /^(?<name>[\w$]+) is not defined$/.exec(error.message)?.groups?.['name'];
  if (error instanceof ReferenceError && unknown !== undefined) return fixOfIdentifier(unknown, file);
  const missing = /module '(?<from>.+?)' does not provide an export named '(?<name>[\w$]+)'/.exec(
    error.message,
  )?.groups;
  if (missing === undefined) return undefined;
  const exported = await exportsOf(missing['from']!, file);
  const [like] = nearest(missing['name']!, exported, 1, MOST_EDITS);
  if (like !== undefined) return `Write '${like}'.`;
  return exported.length === 0 ? undefined : `It exports ${exported.slice(0, MOST_LISTED).join(', ')}.`;
}

const MOST_LISTED = 8;

async function fixOfIdentifier(name: string, file: string): Promise<string | undefined> {
  const [imported] = nearest(name, importedBy(file), 1, MOST_EDITS);
  if (imported !== undefined) return `Write '${imported}', which the file imports.`;
  const offered = await Promise.all(
    ownPackages()
      .filter(({ isVariant }) => isVariant)
      .map(async (known) => ({ from: known.name, names: await exportsOf(known.name, known.manifest) })),
  );
  const names = offered.flatMap((known) => known.names);
  const [like] = nearest(name, names, 1, MOST_EDITS);
  const from = offered.find((known) => like !== undefined && known.names.includes(like))?.from;
  if (like === undefined || from === undefined) return undefined;
  return like === name
    ? `Import it: \`import { ${like} } from '${from}';\`.`
    : `Write '${like}', and import it: \`import { ${like} } from '${from}';\`.`;
}

/** The names that a file imports, as it calls them. */
function importedBy(file: string): string[] {
  const source = read(file);
  return [...source.matchAll(/import\s*\{([^}]*)\}/g)].flatMap(([, names = '']) =>
    names
      .split(',')
      .map((part) => part.trim().replace(/^type\s+/, ''))
      .filter((part) => part !== '')
      .map((part) => part.split(/\s+as\s+/).at(-1)!),
  );
}

/** The names that a module exports; none if it cannot be loaded. */
async function exportsOf(specifier: string, importer: string): Promise<string[]> {
  try {
    const path =
      specifier.startsWith('.') || isAbsolute(specifier)
        ? resolve(dirname(importer), specifier)
        : createRequire(importer).resolve(specifier);
    return Object.keys((await import(pathToFileURL(path).href)) as object).filter((key) => key !== 'default');
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
