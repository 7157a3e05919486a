import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openDatabase, runsOfSweep } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { round } from '../training/timing.ts';

const SWEEP = fileURLToPath(new URL('../../packages/sweep/src/cli/main.ts', import.meta.url));
const EXPERIMENT = fileURLToPath(new URL('short-runs.ts', import.meta.url));

/** What a run of `pnpm sweep` costs beyond its training, start and end of the command included. */
export async function trainingCase(): Promise<object> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sae-lab-bench-'));
  await chmod(dataDir, 0o755);
  try {
    // The embedded server is started once per folder, not once per sweep.
    await (await openDatabase({ dataDir, url: '' })).close();
    const start = performance.now();
    const seconds = (): number => (performance.now() - start) / 1000;
    const child = spawn(process.execPath, [SWEEP, EXPERIMENT, '--data', dataDir, '--json'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, DATABASE_URL: '', SAE_LAB_STORE: '' },
    });
    let startSeconds: number | undefined;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"run.started"')) startSeconds ??= seconds();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    const all = seconds();
    const database = await openDatabase({ dataDir, url: '' });
    const runs = await runsOfSweep(database.db, 1);
    await database.close();
    const finished = runs.filter(({ status }) => status === 'finished');
    const trained = finished.reduce((sum, run) => sum + (run.seconds ?? 0), 0);
    // As many as the command trains at once.
    const slots = Math.min(2, availableParallelism());
    return {
      bench: 'queue',
      case: 'training',
      code,
      runs: finished.length,
      startSeconds: round(startSeconds ?? NaN),
      trainedSeconds: round(trained / slots),
      overheadSecondsPerRun: round((all - trained / slots) / finished.length),
    };
  } finally {
    await removeDataDir(dataDir);
  }
}
