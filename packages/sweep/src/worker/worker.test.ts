import { expect, test } from 'vitest';
import { startWorker, type RunArgs } from './worker.ts';

test('work for a process that was killed fails, also if its end was noticed before', async () => {
  const worker = startWorker(undefined, 60, () => {});
  worker.kill();
  const crashed = {
    status: 'failed',
    error: { code: 'run.worker-crashed', details: { problem: expect.stringContaining('SIGKILL') as string } },
  };
  // The first answer comes when the end is noticed.
  for (const _ of [1, 2]) expect(await worker.run({} as RunArgs, () => {})).toMatchObject(crashed);
});
