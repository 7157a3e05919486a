import { join } from 'node:path';
import { loadForeignSae } from '@sae-lab/core';
import { makeFolder, writeAtomic } from '@sae-lab/core/files';
import { writePlots } from '../plots/write-plots.ts';
import type { SharedRun } from '../shared-run.ts';
import { pythonSnippet } from '../snippet/python-snippet.ts';
import { sampleRows } from '../snippet/sample-rows.ts';
import { modelCard } from './model-card.ts';
import { detailsOf, type RunDetails } from './run-details.ts';
import { writeDetails, writeSaeFiles } from './sae-files.ts';

/**
 * Writes a run's SAE in the format of SAELens, with its model card, plots and a program that checks it.
 *
 * @param folder created if missing
 * @throws {SaeLabError} `files.*`, `sae.*`
 */
export async function exportRun(shared: SharedRun, folder: string, dataDir: string): Promise<RunDetails> {
  const details = detailsOf(shared);
  await makeFolder(folder);
  await writeSaeFiles(folder, shared, details);
  await writeDetails(folder, shared, details);
  const plots = await writePlots(join(folder, 'plots'), shared);
  await writeAtomic(join(folder, 'README.md'), Buffer.from(modelCard(shared, details, plots)));
  // Read back, so that the values belong to the files that were written.
  const { sae } = await loadForeignSae(folder);
  const snippet = await pythonSnippet(sae, await sampleRows(shared, sae, dataDir));
  await writeAtomic(join(folder, 'load_with_saelens.py'), Buffer.from(snippet));
  return details;
}
