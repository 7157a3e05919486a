/** A sweep whose commands all reach the database through a pooler in transaction mode. */
import { openDatabase } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { startTransactionPooler } from '@sae-lab/db/testing/poolers';
import { expect, it, onTestFinished } from 'vitest';
import { differences, readOutcome } from './faults/outcome.ts';
import { undisturbed } from './faults/undisturbed.ts';
import { newDataDir, startSweep, startWorker, sweep } from './sweep-command.ts';

it(
  'survives the death of a worker and of a sweep, through a pooler in transaction mode',
  { timeout: 600_000 },
  async () => {
    const dataDir = await newDataDir();
    onTestFinished(() => removeDataDir(dataDir));
    const direct = await openDatabase({ dataDir, url: '' });
    await direct.close();
    const pooler = await startTransactionPooler(direct.url);
    onTestFinished(() => pooler.stop());
    const env = { DATABASE_URL: pooler.url };

    const detached = await sweep('long.ts', dataDir, ['--detach'], env);
    expect([detached.code, detached.stderr]).toEqual([
      0,
      expect.stringContaining('DATABASE_URL leads to a pooler that shares sessions.'),
    ]);
    const worker = startWorker(dataDir, ['--concurrency', '1', '--checkpoint-seconds', '0.2'], env);
    await worker.shown('step ');
    worker.process.kill('SIGKILL');
    await worker.ended;
    // Its locked file shows that it is dead.
    const local = startSweep('long.ts', dataDir, ['--json', '--checkpoint-seconds', '0.2'], env);
    await local.shown('run.progress');
    local.process.kill('SIGKILL');
    await local.ended;
    const { code, stderr, events } = await startWorker(dataDir, [], env).ended;
    expect([code, stderr, events().at(-1)]).toMatchObject([0, expect.any(String), { failed: 0 }]);
    expect(differences(await readOutcome(dataDir), await undisturbed('long.ts'))).toEqual([]);
  },
);
