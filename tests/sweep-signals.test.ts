/** Signals and lost readers. The tests share one data folder and run in order: some continue the runs of earlier ones. */
import { once } from 'node:events';
import { access, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { attemptLogs, listSweeps, openDatabase, runsOfSweep } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDataDir, startSweep, sweep } from './sweep-command.ts';

let dataDir: string;

beforeAll(async () => {
  dataDir = await newDataDir();
});
afterAll(() => removeDataDir(dataDir));

async function storedRuns() {
  const database = await openDatabase({ dataDir, url: '' });
  try {
    return await runsOfSweep(database.db, 1);
  } finally {
    await database.close();
  }
}

describe('pnpm sweep, told to stop', () => {
  it.each([
    ['SIGHUP', 129],
    ['SIGTERM', 143],
  ] as const)('writes checkpoints on %s and ends with %i', async (signal, expected) => {
    const command = startSweep('long.ts', dataDir, ['--json']);
    await command.shown('run.progress');
    command.process.kill(signal);
    if (signal === 'SIGHUP') command.process.kill(signal);
    const { code, events } = await command.ended;
    expect(code).toBe(expected);
    const interrupted = events().filter(({ type }) => type === 'run.interrupted');
    expect(interrupted.length).toBeGreaterThanOrEqual(1);
    for (const { runHash } of interrupted) {
      await access(join(dataDir, 'runs', runHash as string, 'checkpoint.safetensors'));
    }
    expect(events().find(({ type }) => type === 'sweep.stopping')).toBeDefined();
  });

  it.each(['slow-import.ts', 'busy-import.ts'])('exits at once while importing %s', async (experiment) => {
    const command = startSweep(experiment, dataDir);
    await command.shown('importing');
    command.process.kill('SIGINT');
    const [code, signal] = (await once(command.process, 'close')) as [number | null, string | null];
    // A shell reports this as 130.
    expect([code, signal]).toEqual([null, 'SIGINT']);
  });

  it('exits at once while waiting for a database that never answers', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const connected = once(silent, 'connection');
    try {
      const { port } = silent.address() as AddressInfo;
      const command = startSweep('tiny.ts', dataDir, [], {
        DATABASE_URL: `postgres://someone@127.0.0.1:${port}/none`,
      });
      await connected;
      command.process.kill('SIGINT');
      const [code, signal] = (await once(command.process, 'close')) as [number | null, string | null];
      expect([code, signal]).toEqual([null, 'SIGINT']);
    } finally {
      silent.close();
    }
  });
});

describe('pnpm sweep, when its reader has exited', () => {
  it('keeps training without standard output, and reports missing checkpoints', async () => {
    await rm(join(dataDir, 'runs'), { recursive: true });
    const command = startSweep('long.ts', dataDir, ['--json']);
    await command.shown('"run.started"');
    command.process.stdout!.destroy();
    const { code, stderr } = await command.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/There is no checkpoint of .* in .*: training from the beginning/);
    expect((await storedRuns()).map(({ status }) => status)).toEqual(['finished', 'finished']);
  });

  it('keeps training without standard output and standard error', async () => {
    const command = startSweep('tiny.ts', dataDir, ['--json']);
    await command.shown('"run.started"');
    command.process.stdout!.destroy();
    command.process.stderr!.destroy();
    expect((await command.ended).code).toBe(0);
  });

  it('ends a dry run without an error', async () => {
    const command = startSweep('tiny.ts', dataDir, ['--dry-run']);
    command.process.stdout!.destroy();
    const { code, stderr } = await command.ended;
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('pnpm sweep of an experiment that prints', () => {
  it('reserves standard output for events with --json, and redirects other output to standard error', async () => {
    const { code, events, stderr } = await sweep('printing.ts', dataDir, ['--json']);
    expect(code).toBe(0);
    expect(events().at(-1)).toMatchObject({ type: 'sweep.finished', finished: 2 });
    // The command's import prints once, the workers' imports do not, and each run prints once.
    const times = (text: string): number => stderr.split('\n').filter((line) => line === text).length;
    expect(times('printed by the import')).toBe(1);
    expect(times('printed by a separate console')).toBe(1);
    expect(times('written by the import')).toBe(1);
    expect(times('printed by a worker')).toBe(2);
    // Each run keeps what its own training printed.
    const database = await openDatabase({ dataDir, url: '' });
    try {
      const stored = (await listSweeps(database.db)).find(({ name }) => name === 'printing');
      const runs = await runsOfSweep(database.db, stored!.id);
      const logs = await Promise.all(runs.map(({ id }) => attemptLogs(database.db, id, 5)));
      const printed = logs.map(([log]) => log!.lines.filter(({ from }) => from === 'output'));
      expect(printed.map((lines) => lines.map(({ text }) => text))).toEqual([
        ['printed by a worker'],
        ['printed by a worker'],
      ]);
    } finally {
      await database.close();
    }
  });

  it('also does so in a dry run', async () => {
    const { stdout, stderr } = await sweep('printing.ts', dataDir, ['--dry-run', '--json']);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { type: string }).type),
    ).toEqual(['activations.store', 'run.planned', 'run.planned', 'sweep.planned']);
    expect(stderr).toContain('printed by the import');
  });
});
