import { beforeStart, type Arguments } from '@sae-lab/command-line';
import { findRuns } from '../find-runs.ts';
import type { exportCommand } from './commands.ts';
import { exportNamed } from './export-named.ts';
import { targetFolder } from './target-folder.ts';
import { withDatabase } from './with-database.ts';

/** `pnpm sae export` */
export async function runExport({
  options: { to, force, data },
  operands,
}: Arguments<(typeof exportCommand)['options']>): Promise<void> {
  const name = operands[0]!;
  const folder = await beforeStart(() => targetFolder(to ?? name, { force }));
  await withDatabase(data, async (db) => {
    const found = await beforeStart(() => findRuns(db, name));
    const written = await exportNamed(db, found, folder, data);
    console.log(`Exported ${written.length === 1 ? '1 SAE' : `${written.length} SAEs`} to ${folder}`);
  });
}
