import { beforeStart, type Arguments } from '@sae-lab/command-line';
import { findDescribedRun } from '../features/described-run.ts';
import { exportFeatures, isExport } from '../features/export-features.ts';
import type { exportFeaturesCommand } from './commands.ts';
import { targetFolder } from './target-folder.ts';
import { withDatabase } from './with-database.ts';

/** `pnpm export-features` */
export async function runExportFeatures({
  options: { run: which, out, force, data, ...names },
  operands,
}: Arguments<(typeof exportFeaturesCommand)['options']>): Promise<void> {
  const name = operands[0]!;
  await withDatabase(data, async (db) => {
    const described = await beforeStart(() => findDescribedRun(db, name, which));
    const target = out ?? `features-${described.run.runHash.slice(0, 8)}`;
    // A folder with anything else is never replaced.
    const isReplaced = force && (await isExport(target));
    const folder = await beforeStart(() => targetFolder(target, { force: isReplaced }));
    const { latents, batches } = await exportFeatures(db, described, folder, names);
    console.log(
      `Exported ${latents} latents in ${batches} ${batches === 1 ? 'batch' : 'batches'} to ${folder}`,
    );
  });
}
