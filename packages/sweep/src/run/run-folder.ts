import { join } from 'node:path';

/** A run's checkpoint while it is trained, and its SAE in `sae/`. */
export function runFolder(dataDir: string, { hash }: { hash: string }): string {
  return join(dataDir, 'runs', hash);
}
