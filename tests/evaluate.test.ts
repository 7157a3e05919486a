/**
 * Evaluations of a sweep and `pnpm evaluate`, end to end. The tests share one data folder and run in order: most build on
 * the sweep of the first.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  evaluationsOfSweep,
  openDatabase,
  runsOfSweep,
  saesOfSweep,
  type EvaluatedRun,
  type EvaluationRow,
  type SaeRow,
} from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, newDataDir, startSweep, sweep, type CommandResult } from './sweep-command.ts';

/** Two hooks with two runs and three baselines each, evaluated four times. */
const EVALUATIONS = 2 * 5 * 4;
let dataDir: string;
let theirs: string;

beforeAll(async () => {
  dataDir = await newDataDir();
  theirs = join(await mkdtemp(join(tmpdir(), 'sae-lab-theirs-')), 'theirs');
});
afterAll(async () => {
  await removeDataDir(dataDir);
  await rm(join(theirs, '..'), { recursive: true });
});

interface Stored {
  readonly runs: readonly EvaluatedRun[];
  readonly saes: readonly SaeRow[];
  readonly evaluations: readonly EvaluationRow[];
  readonly unfinished: number;
}

async function stored(folder = dataDir): Promise<Stored> {
  const database = await openDatabase({ dataDir: folder, url: '' });
  const { db, sql } = database;
  try {
    const [unfinished] = await sql`select count(*)::int as rows from evaluations where finished_at is null`;
    return {
      runs: await runsOfSweep(db, 1),
      saes: await saesOfSweep(db, 1),
      evaluations: await evaluationsOfSweep(db, 1),
      unfinished: unfinished!['rows'] as number,
    };
  } finally {
    await database.close();
  }
}

const idsOf = ({ evaluations }: Stored): number[] =>
  evaluations.map(({ id }) => id).toSorted((a, b) => a - b);
const finishedIn = ({ events }: CommandResult): number =>
  events().filter(({ type }) => type === 'evaluation.finished').length;

describe('a sweep', () => {
  let first: Stored;

  /** Starts the sweep, and signals it after its first evaluations. */
  const signalled = async (signal: NodeJS.Signals): Promise<CommandResult> => {
    const started = startSweep('evaluated.ts', dataDir, ['--json', '--workers', '1']);
    await started.shown('"type":"evaluation.finished"');
    started.process.kill(signal);
    return started.ended;
  };

  it('keeps the evaluations that are finished when it is killed', async () => {
    await signalled('SIGKILL');
    first = await stored();
    expect(first.evaluations.length).toBeGreaterThan(0);
    expect(first.evaluations.length).toBeLessThan(EVALUATIONS);
  });

  it('continues with the others, and keeps those when it is stopped', async () => {
    const { code, stderr } = await signalled('SIGINT');
    expect(code, stderr).toBe(130);
    const afterStop = await stored();
    expect(idsOf(afterStop)).toEqual(expect.arrayContaining(idsOf(first)));
    expect(afterStop.evaluations.length).toBeLessThan(EVALUATIONS);
    first = afterStop;
  });

  it('makes only those that are missing', async () => {
    const rest = await sweep('evaluated.ts', dataDir, ['--json']);
    expect(rest.code, rest.stderr).toBe(0);
    const all = await stored();
    expect(idsOf(all)).toEqual(expect.arrayContaining(idsOf(first)));
    expect(all.evaluations).toHaveLength(EVALUATIONS);
    expect(all.unfinished).toBe(0);
    expect(finishedIn(rest)).toBe(EVALUATIONS - first.evaluations.length);
    first = all;
  });

  it('gives each run the figures of its training, bit for bit, with intervals', () => {
    for (const { id, figures } of first.runs) {
      const own = first.evaluations.find(({ runId, settings }) => runId === id && !('maxTokens' in settings));
      const values = Object.entries(own!.figures).map(([key, { value }]) => [key, value]);
      expect(Object.fromEntries(values)).toEqual(figures);
      const { value, low, high } = own!.figures['explained_variance']!;
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
      expect(own!.figures['dead_fraction']!.low).toBeNull();
      expect(own).toMatchObject({ name: 'reconstruction', version: 1, tokens: figures['evaluation_tokens'] });
      expect(own!.provenance).toMatchObject({ device: 'cpu' });
    }
  });

  it('compares them with its baselines', async () => {
    const names = ['identity', 'zero', 'mean'];
    expect(first.saes.map(({ name }) => name)).toEqual([...names, ...names]);
    const again = await sweep('evaluated.ts', dataDir);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('Nothing to do: 4 finished earlier.');
    for (const name of names) expect(again.stdout).toMatch(new RegExp(`│ ${name} +│ baseline +│ +– │`));
    expect(again.stdout).toMatch(/│ identity .* 1\.0000 │/);
    expect(idsOf(await stored())).toEqual(idsOf(first));
  });

  it('and another one at the same time evaluate nothing twice', async () => {
    const other = await newDataDir();
    try {
      const both = await Promise.all([
        sweep('evaluated.ts', other, ['--json', '--workers', '1']),
        sweep('evaluated.ts', other, ['--json', '--workers', '1']),
      ]);
      expect(both.map(({ code }) => code)).toEqual([0, 0]);
      expect(finishedIn(both[0]) + finishedIn(both[1])).toBe(EVALUATIONS);
      expect((await stored(other)).evaluations).toHaveLength(EVALUATIONS);
    } finally {
      await removeDataDir(other);
    }
  });
});

describe('pnpm evaluate', () => {
  it('makes other evaluations of a sweep, and finds them the second time', async () => {
    const before = await stored();
    const flags = ['--only', 'reconstruction', '--tokens', '80', '--json'];
    const made = await evaluate('evaluated', dataDir, flags);
    expect(made.code, made.stderr).toBe(0);
    expect(finishedIn(made)).toBe(10);
    expect(made.events().find(({ type }) => type === 'evaluation.finished')).toMatchObject({
      evaluation: 'reconstruction',
      version: 1,
      tokens: 80,
      figures: { l0: { value: expect.any(Number) as number } },
    });
    const again = await evaluate('evaluated', dataDir, flags);
    expect([again.code, finishedIn(again)]).toEqual([0, 0]);
    const skipped = again.events().filter(({ type }) => type === 'evaluation.skipped');
    expect(skipped).toHaveLength(10);
    expect(skipped[0]).toHaveProperty('figures.l0.value');
    expect((await stored()).evaluations).toHaveLength(before.evaluations.length + 10);
  });

  it('makes every evaluation that the data allow, and says why others are left out', async () => {
    const { runs } = await stored();
    const { code, stdout, stderr } = await evaluate(runs[0]!.runHash.slice(0, 10), dataDir, [
      '--tokens',
      '80',
    ]);
    expect(code, stderr).toBe(0);
    for (const name of ['reconstruction', 'ce', 'geometry']) {
      expect(stdout).toContain(`${name} on blocks.0.hook_mlp_out\n`);
    }
    expect(stdout).toContain('features on blocks.0.hook_mlp_out: 1 SAE\n');
    expect(stderr).toContain("The evaluation 'truth' is left out: it needs activations of kind 'synthetic'.");
    for (const name of ['probing', 'absorption'])
      expect(stderr).toMatch(new RegExp(`^${name}: .*left out: `, 'm'));
    expect(stderr).toContain('Evaluations: 3 finished, 1 finished earlier.');
    expect(stderr).toContain('See the results in the browser: pnpm dashboard');
  });

  it('fails where the data do not allow an evaluation that was named', async () => {
    const { runs } = await stored();
    const target = runs[0]!.runHash.slice(0, 10);
    const probing = await evaluate(target, dataDir, ['--only', 'probing']);
    expect([probing.code, probing.stdout], probing.stderr).toEqual([1, '']);
    expect(probing.stderr).toContain('failed (evaluation.one-class)');
    const truth = await evaluate(target, dataDir, ['--only', 'truth']);
    expect([truth.code, truth.stdout]).toEqual([2, '']);
    expect(truth.stderr).toContain('error evaluation.no-truth\n');
  });

  it('evaluates a run again with --force, after its activations were deleted', async () => {
    const { runs, evaluations } = await stored();
    const { id, runHash } = runs[0]!;
    const of = (rows: readonly EvaluationRow[]): EvaluationRow[] =>
      rows.filter(
        ({ runId, name, settings }) =>
          runId === id && name === 'reconstruction' && settings['maxTokens'] === 80,
      );
    await rm(join(dataDir, 'activations'), { recursive: true });
    const flags = ['--force', '--tokens', '80', '--only', 'reconstruction'];
    const { code, stdout, stderr } = await evaluate(runHash.slice(0, 10), dataDir, flags);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/topk k=4, width 32, seed 0 │ +4\.0 /);
    const [old, made] = [of(evaluations), of((await stored()).evaluations)];
    expect(made).toHaveLength(1);
    expect(made[0]!.id).not.toBe(old[0]!.id);
    expect(made[0]!.figures).toEqual(old[0]!.figures);
  });

  it('evaluates an SAE from files on the data of a sweep', async () => {
    const { runs } = await stored();
    await cp(join(dataDir, 'runs', runs[0]!.runHash, 'sae'), theirs, { recursive: true });
    const found = await evaluate(theirs, dataDir, [
      '--like',
      'evaluated',
      '--only',
      'reconstruction',
      '--json',
    ]);
    expect(found.code, found.stderr).toBe(0);
    const own = found.events().find(({ settings }) => JSON.stringify(settings) === '{}')!;
    expect(own).toMatchObject({
      hook: 'blocks.0.hook_mlp_out',
      sae: expect.stringContaining('theirs') as string,
    });
    expect((own['figures'] as EvaluationRow['figures'])['mse']!.value).toBe(runs[0]!.figures['mse']);
  });

  it.each([
    ['evaluate', [], 'evaluation.no-target', 'expected evaluated; received evaluate'],
    ['abc', [], 'evaluation.no-target', 'too short for the beginning of a run’s hash'],
    ['evaluated', ['--only', 'reconstructions'], 'evaluation.unknown', 'reconstruction'],
  ])('refuses %s %j', async (target, flags, error, text) => {
    const { code, stdout, stderr } = await evaluate(target, dataDir, flags);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`error ${error}\n`);
    expect(stderr).toContain(text);
  });

  it('reports an SAE that cannot be evaluated, and evaluates the others of its pass', async () => {
    const { runs } = await stored();
    const path = join(dataDir, 'runs', runs[0]!.runHash, 'sae', 'sae_weights.safetensors');
    const bytes = await readFile(path);
    // The last entry of the weights becomes NaN. The size stays.
    bytes.writeFloatLE(Number.NaN, bytes.length - 4);
    await writeFile(path, bytes);
    const flags = ['--only', 'reconstruction', '--tokens', '90', '--json'];
    const { code, events, stderr } = await evaluate('evaluated', dataDir, flags);
    expect(code).toBe(1);
    const failed = events().filter(({ type }) => type === 'evaluation.failed');
    expect(failed).toMatchObject([{ runId: runs[0]!.id, error: { code: 'sae.not-finite' } }]);
    expect(events().filter(({ type }) => type === 'evaluation.finished')).toHaveLength(9);
    expect(events().at(-1)).toMatchObject({ type: 'evaluations.finished', finished: 9, failed: 1 });
    expect(stderr).toContain('The same command retries failed evaluations.');
  });
});
