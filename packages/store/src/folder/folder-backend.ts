import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, rm, rmdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Backend, ObjectInfo } from '../backend/backend.ts';
import { MARKER } from '../marker.ts';
import { explainFolderError } from './explain-folder-error.ts';
import { requireMounted, requireTarget } from './require-mounted.ts';

/** Ends the names of files that are being written. A killed writer leaves one behind; it is never listed. */
const UNFINISHED = '.unfinished';

/**
 * Files in a folder that all machines mount. An object is written under another name and then linked: a link fails if
 * its name is taken, on network file systems too.
 */
export function folderBackend(root: string): Backend {
  const pathOf = (name: string): string => join(root, ...name.split('/'));
  const explained = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      throw explainFolderError(error, root);
    }
  };

  return {
    location: root,
    // A process that may write files here may remove them.
    requireAccess: () => explained(() => requireTarget(root)),
    put: (name, content, signal) =>
      explained(async () => {
        // Without it, folders would be made where the mount is missing.
        if (name !== MARKER) await requireMounted(root);
        const path = pathOf(name);
        const draft = `${path}.${randomBytes(6).toString('hex')}${UNFINISHED}`;
        try {
          const file = await openNew(draft);
          try {
            for await (const chunk of content.open() as AsyncIterable<Uint8Array>) {
              signal?.throwIfAborted();
              await file.writeFile(chunk);
            }
            await file.sync();
          } finally {
            await file.close();
          }
          await link(draft, path);
          return 'written';
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'exists';
          throw error;
        } finally {
          await rm(draft, { force: true });
        }
      }),
    read: (name, from) =>
      explained(async () => {
        const path = pathOf(name);
        if ((await sizeOf(path)) === undefined) {
          if (name !== MARKER) await requireMounted(root);
          return undefined;
        }
        return readFrom(path, from, root);
      }),
    describe: (name) =>
      explained(async () => {
        const path = pathOf(name);
        const bytes = await sizeOf(path);
        if (bytes === undefined) {
          await requireMounted(root);
          return undefined;
        }
        const hash = createHash('sha256');
        for await (const chunk of readFrom(path, 0, root)) hash.update(chunk);
        return { bytes, sha256: hash.digest('hex') };
      }),
    async *list(prefix) {
      // A prefix may end within a name.
      const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      const found = await explained(async () => {
        const files = await filesBelow(root, folder.replace(/\/$/, ''));
        if (files.length === 0) await requireMounted(root);
        return files;
      });
      yield* found.filter(({ name }) => name.startsWith(prefix));
    },
    remove: (name) =>
      explained(async () => {
        await rm(pathOf(name), { force: true });
        await removeEmpty(root, dirname(name));
      }),
    close() {},
  };
}

async function* readFrom(path: string, start: number, root: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { start, highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw explainFolderError(error, root);
  }
}

/** Opens a new file in a folder that is made for it, and that another machine may remove while it is empty. */
async function openNew(path: string): Promise<FileHandle> {
  for (let tries = 0; ; tries++) {
    await mkdir(dirname(path), { recursive: true });
    try {
      return await open(path, 'wx');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === 10) throw error;
    }
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

async function filesBelow(root: string, folder: string): Promise<ObjectInfo[]> {
  const entries = await readdir(join(root, ...folder.split('/')), { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
      throw error;
    },
  );
  const found: ObjectInfo[] = [];
  for (const entry of entries) {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesBelow(root, name)));
    else if (!name.endsWith(UNFINISHED)) {
      // Another machine may have removed it since.
      const bytes = await sizeOf(join(root, ...name.split('/')));
      if (bytes !== undefined) found.push({ name, bytes });
    }
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Removes folders that are empty now, up to the root. */
async function removeEmpty(root: string, folder: string): Promise<void> {
  for (let at = folder; at !== '.' && at !== ''; at = dirname(at)) {
    try {
      await rmdir(join(root, ...at.split('/')));
    } catch {
      return;
    }
  }
}
