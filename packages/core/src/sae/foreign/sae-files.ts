import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { downloadFiles, listRepository, type DownloadOptions, type FoundListing } from '@sae-lab/hub';
import { describeValue, SaeLabError } from '@sae-lab/errors';

/** The folder of an SAE, on disk or on the hub. */
export interface SaeFiles {
  /** For messages. */
  readonly name: string;
  /** Names of the files in the folder. */
  readonly files: readonly string[];
  /** Paths of the files in its subfolders, as far as they are known. */
  readonly nested: readonly string[];
  /** Name of the folder, e.g. `layers.3`; empty for a repository. */
  readonly folderName: string;
  /** The repository's name and the folder's path in it. */
  readonly hub?: { readonly id: string; readonly path: string; readonly commit: string };
  /** Absolute path of a file, which is downloaded if needed. */
  path(file: string): Promise<string>;
  /** Absolute path of a file in the folder above, if there is one. */
  pathAbove(file: string): Promise<string | undefined>;
}

/** Where an SAE is. */
export type SaeSource =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 'hub';
      readonly id: string;
      readonly revision: string | undefined;
      /** The folder in the repository; empty for all of it. */
      readonly path: string;
    };

const HUB_NAME = /^hub:([^/@]+\/[^/@]+)(?:@([^/]+))?(?:\/(.+?))?\/*$/;

/**
 * Parses the name of an SAE.
 *
 * @param source a path that starts with `.` or `/`, or `hub:OWNER/NAME[@REVISION][/PATH]`
 * @throws {SaeLabError} `sae.bad-source`
 */
export function parseSaeSource(source: string): SaeSource {
  if (/^[./]/.test(source)) return { kind: 'folder', path: source };
  const [, id, revision, path = ''] = HUB_NAME.exec(source) ?? [];
  if (id !== undefined) return { kind: 'hub', id, revision, path };
  throw new SaeLabError('sae.bad-source', {
    problem: 'neither a path nor a name on the hub',
    field: 'sae',
    expected: 'a path that starts with . or /, or hub:OWNER/NAME[@REVISION][/PATH]',
    received: describeValue(source),
    fix: source.startsWith('hub:') ? 'Correct the name.' : `For a folder, write ./${source}.`,
  });
}

/** A source that stays the same SAE: at this commit of its repository, if it is on the hub. */
export function pinnedSource(source: string, commit: string | undefined): string {
  const parsed = parseSaeSource(source);
  if (parsed.kind === 'folder' || commit === undefined) return source;
  return `hub:${parsed.id}@${commit}${parsed.path === '' ? '' : `/${parsed.path}`}`;
}

/**
 * Lists the folder that a source names.
 *
 * @throws {SaeLabError} `sae.bad-source`, `sae.not-found`, `hub.*`
 */
export async function openSaeFiles(source: string, options: DownloadOptions = {}): Promise<SaeFiles> {
  const parsed = parseSaeSource(source);
  return parsed.kind === 'folder' ? localFolder(parsed.path) : hubFolder({ ...parsed, source }, options);
}

/** @throws {SaeLabError} `sae.not-found` */
export async function localFolder(folder: string): Promise<SaeFiles> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new SaeLabError('sae.not-found', {
      problem: 'the folder of the SAE cannot be read',
      field: folder,
      expected: 'a folder with the weights and the configuration of an SAE',
      received: (cause as Error).message,
      fix: 'Correct the path.',
      cause,
    });
  });
  const absolute = resolve(folder);
  return {
    name: folder,
    folderName: absolute.split(/[/\\]/).at(-1)!,
    files: entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name),
    nested: entries.filter((entry) => entry.isDirectory()).map((entry) => `${entry.name}/`),
    path: async (file) => join(absolute, file),
    async pathAbove(file) {
      const above = join(absolute, '..');
      const there = await readdir(above).catch((): string[] => []);
      return there.includes(file) ? join(above, file) : undefined;
    },
  };
}

async function hubFolder(
  { source, id, revision, path }: { source: string; id: string; revision?: string | undefined; path: string },
  options: DownloadOptions,
): Promise<SaeFiles> {
  const listing = await listRepository('model', id, {
    ...options,
    ...(revision !== undefined && { revision }),
  });
  const prefix = path === '' ? '' : `${path}/`;
  const inside = listing.files
    .filter((file) => file.path.startsWith(prefix))
    .map((file) => file.path.slice(prefix.length));
  const parts = path.split('/');
  return {
    name: source,
    folderName: parts.at(-1)!,
    files: inside.filter((file) => !file.includes('/')),
    nested: inside.filter((file) => file.includes('/')),
    hub: { id, path, commit: listing.commit },
    path: (file) => downloaded(listing, `${prefix}${file}`, options),
    async pathAbove(file) {
      if (path === '') return undefined;
      const above = [...parts.slice(0, -1), file].join('/');
      const isThere = listing.files.some((found) => found.path === above);
      return isThere ? downloaded(listing, above, options) : undefined;
    },
  };
}

async function downloaded(listing: FoundListing, path: string, options: DownloadOptions): Promise<string> {
  const wanted = listing.files.filter((file) => file.path === path);
  const { files } = await downloadFiles(listing, wanted, options);
  return files[0]!.localPath;
}
