import type { Database, SaeSubject } from '@sae-lab/db';
import { bareSource } from './bare-source.ts';
import { runSource } from './run-source.ts';
import type { SaeSource } from './sae-source.ts';

/**
 * Finds an SAE and the model that its activations come from.
 *
 * @throws {SaeLabError} `text.no-sae`, `text.no-model`, `evaluation.no-data`
 */
export function findSource(database: Database, subject: SaeSubject, dataDir: string): Promise<SaeSource> {
  return subject.runId === undefined
    ? bareSource(database, subject.saeId, dataDir)
    : runSource(database, subject.runId, dataDir);
}
