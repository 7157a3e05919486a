import { join } from 'node:path';
import { writeAtomic } from '@sae-lab/core/files';
import { FIGURES, figureText } from '@sae-lab/measures';
import type { SharedRun } from '../shared-run.ts';
import { exportRun } from './export-run.ts';
import { frontMatter, table } from './markdown.ts';
import { cardHeader } from './model-card.ts';
import type { RunDetails } from './run-details.ts';
import { SWEEP_FILE, writeJson } from './sae-files.ts';

/** Digits of the hash in a folder's name. */
const DIGITS = 8;

/** A run of a sweep in the export of the sweep. */
interface ExportedRun {
  readonly shared: SharedRun;
  readonly details: RunDetails;
  readonly name: string;
}

/**
 * Writes each run of a sweep to its own folder, and a card that lists them.
 *
 * @param runs read one after another, so that only one is in memory
 * @throws {SaeLabError} `files.*`, `sae.*`, and what reading the runs throws
 */
export async function exportSweep(
  sweep: string,
  runs: AsyncIterable<SharedRun>,
  folder: string,
  dataDir: string,
): Promise<string[]> {
  const exported: ExportedRun[] = [];
  for await (const shared of runs) {
    const name = `${shared.run.variant}-${shared.run.runHash.slice(0, DIGITS)}`;
    const details = await exportRun(shared, join(folder, name), dataDir);
    exported.push({ shared: { ...shared, curves: new Map() }, details, name });
  }
  const names = exported.map(({ name }) => name);
  await writeJson(join(folder, SWEEP_FILE), { sweep, runs: names });
  await writeAtomic(join(folder, 'README.md'), Buffer.from(sweepCard(sweep, exported)));
  return names;
}

/** What the card of a sweep shows of each run, where a run has it. */
const COMPARED = ['l0', 'explained_variance', 'ce_recovered'] as const;

function sweepCard(sweep: string, runs: readonly ExportedRun[]): string {
  const compared = COMPARED.filter((key) => runs.some(({ shared }) => shared.figures[key] !== undefined));
  const rows = runs.map(({ shared: { run, figures }, name }) => [
    `[${name}](${name})`,
    run.hook,
    String(run.width),
    JSON.stringify(run.hyper),
    String(run.seed),
    ...compared.map((key) => figureText(FIGURES[key], figures[key])),
  ]);
  const head = ['SAE', 'hook', 'width', 'settings', 'seed', ...compared.map((key) => FIGURES[key].label)];
  const parts = [
    frontMatter(cardHeader(runs.map(({ details }) => details))),
    `# ${sweep}`,
    `${runs.length} sparse autoencoders, trained with sae-lab. Each folder has the format of SAELens, a model card and ` +
      'plots.',
    table(head, rows),
  ];
  return `${parts.join('\n\n')}\n`;
}
