import { join } from 'node:path';
import type { FilesPlace } from '@sae-lab/db';
import type { SaePlace } from '../report/events.ts';

/** The folder of a run: its checkpoint while it trains, then its SAE in `sae/`. */
export function runFolder(dataDir: string, { hash }: { hash: string }): string {
  return join(dataDir, 'runs', hash);
}

/** The folder of a finished run's SAE; null if its files are missing. */
export function saePlace(
  ownDataDir: string,
  run: { hash: string },
  files: FilesPlace = { state: 'here' },
): SaePlace | null {
  if (files.state === 'missing') return null;
  const { dataDir, host } = files.state === 'elsewhere' ? files : { dataDir: ownDataDir, host: undefined };
  return { folder: join(runFolder(dataDir, run), 'sae'), ...(host !== undefined && { host }) };
}
