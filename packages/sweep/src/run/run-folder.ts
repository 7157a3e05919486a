import { join } from 'node:path';

/** The folder of a run: its checkpoint while it trains, then its SAE in `sae/`. */
export function runFolder(dataDir: string, { runHash }: { runHash: string }): string {
  return join(dataDir, 'runs', runHash);
}
