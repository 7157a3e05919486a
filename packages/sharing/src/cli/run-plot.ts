import { resolve } from 'node:path';
import { beforeStart, type Arguments } from '@sae-lab/command-line';
import { curvesOf, histogramsOf } from '@sae-lab/db';
import { findRun } from '../find-runs.ts';
import { writePlots } from '../plots/write-plots.ts';
import type { plotCommand } from './commands.ts';
import { withDatabase } from './with-database.ts';

/** `pnpm sae plot`. It needs the database only, not the SAE's files. */
export async function runPlot({
  options: { to, data },
  operands,
}: Arguments<(typeof plotCommand)['options']>): Promise<void> {
  const name = operands[0]!;
  await withDatabase(data, async (db) => {
    const { id } = await beforeStart(() => findRun(db, name));
    const [histograms, curves] = await Promise.all([histogramsOf(db, id), curvesOf(db, id)]);
    const folder = resolve(to ?? `plots-${name}`);
    const plots = await writePlots(folder, { histograms, curves });
    console.log(`Wrote ${plots.join(', ')} as SVG and PNG to ${folder}`);
  });
}
