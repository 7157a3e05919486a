import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeStart, type Arguments } from '@sae-lab/command-line';
import { loadForeignSae, parseSaeSource } from '@sae-lab/core';
import { makeFolder } from '@sae-lab/core/files';
import { downloadFiles, formatBytes, listRepository } from '@sae-lab/hub';
import { SaeLabError } from '@sae-lab/errors';
import { SWEEP_FILE } from '../export/sae-files.ts';
import type { pullCommand } from './commands.ts';
import { targetFolder } from './target-folder.ts';

/** `pnpm sae pull` */
export async function runPull({
  options: { to, force },
  operands,
}: Arguments<(typeof pullCommand)['options']>): Promise<void> {
  const source = operands[0]!;
  const { id, revision, path } = await beforeStart(async () => hubSource(source));
  const name = [id, ...path.split('/')].filter(Boolean).at(-1)!.split('/').at(-1)!;
  const folder = await beforeStart(() => targetFolder(to ?? name, { force }));
  const listing = await listRepository('model', id, revision === undefined ? {} : { revision });
  const prefix = path === '' ? '' : `${path}/`;
  const wanted = listing.files.filter((file) => file.path.startsWith(prefix));
  const isSweep = wanted.some((file) => file.path === `${prefix}${SWEEP_FILE}`);
  // Loaded before the rest is fetched: a repository can have thousands of SAEs.
  if (!isSweep) describe(await loadForeignSae(source));
  const { files } = await downloadFiles(listing, wanted);
  for (const file of files) {
    const target = join(folder, file.path.slice(prefix.length));
    await makeFolder(dirname(target));
    await copyFile(file.localPath, target);
  }
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  console.log(`Downloaded ${files.length} files (${formatBytes(bytes)}) to ${folder}`);
}

function hubSource(source: string) {
  const parsed = parseSaeSource(source);
  if (parsed.kind === 'hub') return parsed;
  throw new SaeLabError('cli.usage', {
    problem: 'is a local path',
    field: '<sae>',
    expected: 'hub:OWNER/NAME[@REVISION][/PATH]',
    received: source,
    fix: 'Name a repository on the hub.',
  });
}

function describe({
  sae,
  format,
  architecture,
  origin,
  warnings,
}: Awaited<ReturnType<typeof loadForeignSae>>): void {
  const { modelName, hookName } = origin;
  const where = [hookName, modelName].filter(Boolean).join(' of ');
  console.log(
    `${format}, ${architecture}: ${sae.dSae} latents, ${sae.dIn} dimensions${where && `, ${where}`}`,
  );
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
}
