import type { TextModelSpec, TextSae } from '@sae-lab/core/text';
import type { Database, SaeSubject } from '@sae-lab/db';
import { bareSource } from './bare-source.ts';
import { runSource } from './run-source.ts';

/** What it takes to run an SAE on a text. */
export interface SaeSource {
  readonly subject: SaeSubject;
  /** What errors call it, e.g. `run 3`. */
  readonly name: string;
  readonly hash: string;
  readonly model: TextModelSpec['model'];
  readonly hook: TextModelSpec['hooks'][number];
  readonly settings: TextModelSpec['settings'];
  /** @throws {SaeLabError} `text.no-sae`, `sae.*`, `store.*`, `hub.*` */
  readonly load: () => Promise<TextSae>;
}

/**
 * Finds an SAE and the model that its activations come from.
 *
 * @throws {SaeLabError} `text.no-sae`, `text.no-model`, `evaluation.no-data`
 */
export function saeSource(database: Database, subject: SaeSubject, dataDir: string): Promise<SaeSource> {
  return subject.runId === undefined
    ? bareSource(database, subject.saeId, dataDir)
    : runSource(database, subject.runId, dataDir);
}
