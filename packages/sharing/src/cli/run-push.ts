import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative, sep } from 'node:path';
import { beforeStart, type Arguments } from '@sae-lab/command-line';
import { loadForeignSae } from '@sae-lab/core';
import { hubSettings, requireUploadable, uploadFiles, type LocalFile, type Upload } from '@sae-lab/hub';
import { SWEEP_FILE } from '../export/sae-files.ts';
import { findRuns } from '../find-runs.ts';
import type { pushCommand } from './commands.ts';
import { exportNamed } from './export-named.ts';
import { withDatabase } from './with-database.ts';

/** `pnpm sae push` */
export async function runPush({
  options: { private: isPrivate, force, data },
  operands,
}: Arguments<(typeof pushCommand)['options']>): Promise<void> {
  const [what, repository] = operands as [string, string];
  const settings = await beforeStart(async () => hubSettings());
  await beforeStart(async () => requireUploadable(repository, settings));
  const push = async (folder: string): Promise<Upload> =>
    uploadFiles(repository, await filesIn(folder), {
      title: `Add ${basename(what)}`,
      isPrivate,
      force,
      settings,
    });
  const { url, uploaded } = /^[./]/.test(what)
    ? await pushFolder(what, push)
    : await pushRuns(what, data, push);
  console.log(uploaded.length === 0 ? `${url} is up to date` : `Uploaded ${uploaded.length} files to ${url}`);
}

async function pushFolder(folder: string, push: (folder: string) => Promise<Upload>): Promise<Upload> {
  const isSweep = (await readdir(folder).catch((): string[] => [])).includes(SWEEP_FILE);
  // A folder that nobody can load should not be published.
  if (!isSweep) await beforeStart(() => loadForeignSae(folder));
  return push(folder);
}

async function pushRuns(
  name: string,
  dataDir: string,
  push: (folder: string) => Promise<Upload>,
): Promise<Upload> {
  const folder = await mkdtemp(join(tmpdir(), 'sae-lab-push-'));
  try {
    await withDatabase(dataDir, async (db) => {
      const found = await beforeStart(() => findRuns(db, name));
      await exportNamed(db, found, folder, dataDir);
    });
    return await push(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function filesIn(folder: string): Promise<LocalFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((localPath) => ({ path: relative(folder, localPath).split(sep).join('/'), localPath }))
    .filter(({ path }) => !path.split('/').some((part) => part.startsWith('.')))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
