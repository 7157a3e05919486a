import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { readArguments } from '@sae-lab/command-line';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { defineSweep } from '../definition/define-sweep.ts';
import { planSweep } from '../plan/plan-sweep.ts';
import { linear } from '../testing/linear-variant.ts';
import { dryRun } from './dry-run.ts';
import { command, commandOptions } from './command.ts';

let dataDir: string;
beforeAll(async () => {
  vi.stubEnv('DATABASE_URL', '');
  dataDir = await mkdtemp(join(tmpdir(), 'sae-lab-test-'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(dataDir, { recursive: true });
});

async function shown(runs: number, ...flags: string[]): Promise<string[]> {
  const definition = defineSweep({
    name: 'many',
    dataset: { kind: 'synthetic', features: 8, dIn: 4, active: 2 },
    variants: [linear({ l1: 1 })],
    widths: [8],
    seeds: Array.from({ length: runs }, (_, seed) => seed),
    training: { steps: 10 },
  });
  const plan = await planSweep({ file: 'x.ts', definition }, { dataDir, threads: 1 });
  const output = new PassThrough();
  const read = text(output);
  const args = readArguments(['--data', dataDir, '--dry-run', ...flags], command)!;
  await dryRun(plan, commandOptions(args, ''), output);
  output.end();
  return (await read).trim().split('\n');
}

const rowsOf = (lines: string[]): string[] => lines.filter((line) => line.includes('│ synthetic'));

it('lists twenty runs and counts the others, or lists all with --all', async () => {
  const lines = await shown(2500);
  expect(rowsOf(lines)).toHaveLength(20);
  expect(lines).toContain('… and 2480 more. --all shows every row.');
  expect(lines).toContain('2500 runs: 0 finished, 2500 to train');
  expect(rowsOf(await shown(2500, '--all'))).toHaveLength(2500);
  expect((await shown(20)).join('\n')).not.toContain('--all');
});

it('prints every run as JSON', async () => {
  const lines = (await shown(2500, '--json')).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toHaveLength(2502);
  expect(lines[0]).toMatchObject({ type: 'activations.store', store: 'cache' });
  expect(lines.at(-1)).toEqual({ type: 'sweep.planned', name: 'many', runs: 2500, toRun: 2500, skipped: 0 });
});
