import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluationSettings, type EvaluationSettings } from '../evaluation/evaluation-settings.ts';
import { extractActivations, extractionSettingsSchema, openActivations } from '../activations/index.ts';
import { storeOfKnownRows } from '../activations/test-support.ts';
import { hashOfFile } from '../files/content-hash.ts';
import { readSafetensors } from '../files/safetensors.ts';
import { seeded } from '../random/seeded.ts';
import { loadSae } from '../sae/saelens-format.ts';
import { plainVariant } from '../testing/plain-variant.ts';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from '../training/checkpoint.ts';
import type { Curves } from '../training/curves.ts';
import { resolveTraining, trainingSettings, type TrainingInput } from '../training/training-settings.ts';
import { freshState } from '../training/trainer-state.ts';
import { executeRun } from './execute-run.ts';
import { discardCheckpoint } from './run-files.ts';
import { CORE_MATH_VERSION, runHash, type RunEvent, type RunSpec } from './run-spec.ts';

const models = new URL('../../../../models/', import.meta.url);
const HOOK = 'blocks.2.hook_mlp_out';
const folder = mkdtempSync(join(tmpdir(), 'sae-lab-run-'));
let activationsFolder: string;
let activationsId: string;

beforeAll(async () => {
  const [store] = await extractActivations({
    model: { kind: 'folder', folder: fileURLToPath(new URL('neox-1.7m', models)) },
    dataset: {
      kind: 'jsonl',
      path: fileURLToPath(new URL('corpus/public-domain-en.jsonl.gz', models)),
      documents: 40,
    },
    hooks: [HOOK],
    settings: extractionSettingsSchema.parse({ context: 'chunk', tokens: 'all', maxRows: 4000 }),
    dataDir: folder,
  });
  activationsFolder = store!.folder;
  activationsId = store!.id;
});
afterAll(() => rmSync(folder, { recursive: true }));

function specOf(
  training: Partial<TrainingInput> = {},
  evaluation: Partial<EvaluationSettings> = {},
  seed = 0,
): RunSpec {
  const hyper = { l1: 0.5, decoderNorm: 'unit' };
  const settings = trainingSettings.parse({ steps: 24, batchSize: 256, learningRate: 3e-3, ...training });
  return {
    variant: { name: 'plain', mathVersion: 1 },
    coreMathVersion: CORE_MATH_VERSION,
    hyper,
    hook: HOOK,
    activationsId,
    dSae: 48,
    seed,
    training: resolveTraining(settings, plainVariant, { hyper, dIn: 128, dSae: 48 }),
    evaluation: evaluationSettings.parse({ holdout: 0.2, ...evaluation }),
  };
}

async function run(
  name: string,
  spec: RunSpec,
  {
    onEvent = () => {},
    signal = new AbortController().signal,
  }: Partial<Parameters<typeof executeRun>[1]> = {},
  threads = 1,
  activations = activationsFolder,
) {
  const runFolder = join(folder, name);
  const origin = { modelName: 'neox-1.7m', hookName: HOOK, contextSize: 128, prependBos: true };
  const args = {
    spec,
    variant: plainVariant,
    activationsFolder: activations,
    runFolder,
    origin,
    threads,
  };
  return { runFolder, outcome: await executeRun(args, { onEvent, signal }) };
}

/** Stops once, after `steps` steps. The run polls it before each step and between batches of the evaluation. */
function stopAfterSteps(steps: number): AbortSignal {
  let asked = 0;
  return Object.create(AbortSignal.prototype, {
    aborted: { get: () => asked++ === steps },
  }) as AbortSignal;
}

const weightsOf = (runFolder: string): Buffer => readFileSync(join(runFolder, 'sae/sae_weights.safetensors'));

describe('executeRun', () => {
  it('trains, evaluates and saves in the format that other tools load', async () => {
    const events: RunEvent[] = [];
    const { outcome, runFolder } = await run('whole', specOf(), { onEvent: (event) => events.push(event) });
    expect(outcome).toMatchObject({ status: 'finished', steps: 24 });
    if (outcome.status !== 'finished') throw new Error(outcome.status);
    expect(outcome.figures['explained_variance']).toBeGreaterThan(0.3);
    expect(outcome.figures['l0']).toBeGreaterThan(0);
    expect(outcome.figures['evaluation_tokens']).toBeGreaterThan(200);
    expect(events[0]).toEqual({
      type: 'started',
      totalSteps: 24,
      lossConvention: 'for tests',
      backend: 'sae-cpu',
    });
    const logged = events
      .filter((event) => event.type === 'curves')
      .flatMap(({ curves }) => curves['loss']!.steps);
    expect(logged).toEqual(Array.from({ length: 24 }, (_, step) => step));

    const { tensors } = await readSafetensors(join(runFolder, 'sae/sae_weights.safetensors'));
    const shapes = Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));
    expect(shapes).toEqual({ W_enc: [128, 48], b_enc: [48], W_dec: [48, 128], b_dec: [128] });
    const config = JSON.parse(readFileSync(join(runFolder, 'sae/cfg.json'), 'utf8')) as object;
    expect(config).toMatchObject({
      architecture: 'standard',
      d_in: 128,
      d_sae: 48,
      normalize_activations: 'none',
    });
    expect(outcome.artifacts.map(({ kind, path, bytes }) => [kind, path, bytes])).toEqual(
      [
        ['sae', 'sae_weights.safetensors'],
        ['config', 'cfg.json'],
        ['sparsity', 'sparsity.safetensors'],
      ].map(([kind, name]) => {
        const path = join(runFolder, 'sae', name!);
        return [kind, path, statSync(path).size];
      }),
    );
    expect(readdirSync(runFolder).toSorted()).toEqual(['checkpoint.safetensors', 'sae']);
    for (const { path, sha256 } of outcome.artifacts) expect(await hashOfFile(path)).toBe(sha256);
  });

  it('logs the loss of every step, and measures the costly curves at 500 to 999 steps', async () => {
    const points: Record<string, number> = {};
    await run('long', specOf({ steps: 1100, batchSize: 4 }), {
      onEvent: (event) => {
        if (event.type !== 'curves') return;
        for (const [name, { steps }] of Object.entries(event.curves))
          points[name] = (points[name] ?? 0) + steps.length;
      },
    });
    // Every second step and the last.
    const each = { loss: 1100, 'loss/reconstruction': 1100, gradient_norm: 1100, dead_fraction: 1100 };
    expect(points).toMatchObject({ l0: 551, explained_variance: 551, ...each });
  });

  it('measures the same held-out activations about 20 times, the same when interrupted', async () => {
    const heldOut = async (name: string, signal?: () => AbortSignal) => {
      const curves: Curves = {};
      for (;;) {
        const { outcome } = await run(name, specOf(), {
          onEvent: (event) => {
            if (event.type !== 'curves' && event.type !== 'resumed') return;
            for (const [key, points] of Object.entries(event.curves)) {
              const { steps, values } = (curves[key] =
                event.type === 'resumed'
                  ? { steps: [], values: [] }
                  : (curves[key] ?? { steps: [], values: [] }));
              steps.push(...points.steps);
              values.push(...points.values);
            }
          },
          ...(signal && { signal: signal() }),
        });
        if (outcome.status === 'finished') return { curves, outcome };
      }
    };
    const { curves, outcome } = await heldOut('held out whole');
    const { held_out_explained_variance: variance, held_out_l0: l0 } = curves;
    // Every second of 24 steps.
    expect(variance!.steps).toEqual(Array.from({ length: 12 }, (_, i) => 2 * i));
    expect(variance!.values[0]).toBeLessThan(variance!.values.at(-1)!);
    expect(Math.abs(variance!.values.at(-1)! - outcome.figures['explained_variance']!)).toBeLessThan(0.15);
    expect(l0!.values.at(-1)! / outcome.figures['l0']!).toBeCloseTo(1, 0);
    const interrupted = await heldOut('held out interrupted', () => stopAfterSteps(7));
    expect(interrupted.curves).toEqual(curves);
  });

  it('keeps the checkpoint of a finished run until its outcome is stored', async () => {
    const { runFolder } = await run('kept', specOf());
    expect(readdirSync(runFolder).toSorted()).toEqual(['checkpoint.safetensors', 'sae']);
    await discardCheckpoint(runFolder);
    expect(readdirSync(runFolder)).toEqual(['sae']);
  });

  it('gives the same weights bit for bit when repeated, on two threads, or interrupted every four steps', async () => {
    const whole = weightsOf((await run('first', specOf())).runFolder);
    expect(weightsOf((await run('again', specOf())).runFolder)).toEqual(whole);
    expect(weightsOf((await run('threads', specOf(), {}, 2)).runFolder)).toEqual(whole);
    expect(weightsOf((await run('other', specOf({}, {}, 1))).runFolder)).not.toEqual(whole);

    for (let attempt = 0; ; attempt++) {
      const events: RunEvent[] = [];
      const onEvent = (event: RunEvent): void => void events.push(event);
      const signal = stopAfterSteps(4);
      const { outcome, runFolder } = await run('interrupted', specOf(), { onEvent, signal });
      if (attempt > 0) {
        const steps = Array.from({ length: 4 * attempt }, (_, step) => step);
        expect(events[1]).toMatchObject({ type: 'resumed', step: 4 * attempt, curves: { loss: { steps } } });
      }
      if (outcome.status === 'interrupted') continue;
      expect(attempt).toBe(5);
      expect(weightsOf(runFolder)).toEqual(whole);
      break;
    }
  });

  it('stops during the evaluation and resumes without another training step', async () => {
    // The evaluation has two batches.
    const spec = { ...specOf({ steps: 3, batchSize: 64 }, { holdout: 0 }), dSae: 5000 };
    const whole = await run('evaluated whole', spec);
    const first = await run('evaluated', spec, { signal: stopAfterSteps(3) });
    expect(first.outcome).toEqual({ status: 'interrupted', step: 3 });

    const events: RunEvent[] = [];
    const second = await run('evaluated', spec, { onEvent: (event) => events.push(event) });
    expect(events).toMatchObject([{ type: 'started' }, { type: 'resumed', step: 3 }]);
    expect(weightsOf(second.runFolder)).toEqual(weightsOf(whole.runFolder));
    if (whole.outcome.status !== 'finished') throw new Error(whole.outcome.status);
    const { figures, histograms } = whole.outcome;
    expect(second.outcome).toMatchObject({ status: 'finished', steps: 3, figures, histograms });
  });

  it('gives the same weights if latents are resampled just before a checkpoint or between two', async () => {
    const resampled: Record<string, number[]> = {};
    // L1 silences latents by about the second step.
    const silencing: Partial<TrainingInput> = {
      deadAfter: 0.01,
      learningRate: 0.1,
      warmup: 0,
      sparsityWarmup: 0,
    };
    const settings: Partial<TrainingInput> = { ...silencing, resample: { every: 1 / 12, until: 0.7 } };
    const sparse = (given: typeof settings): RunSpec => ({
      ...specOf(given),
      hyper: { l1: 20, decoderNorm: 'unit' },
    });
    const train = async (name: string, stopAfter: number) => {
      for (;;) {
        const signal = stopAfterSteps(stopAfter);
        const onEvent = (event: RunEvent): void => {
          if (event.type === 'curves')
            (resampled[name] ??= []).push(...(event.curves['resampled']?.values ?? []));
        };
        const { outcome, runFolder } = await run(name, sparse(settings), { onEvent, signal });
        if (outcome.status !== 'interrupted') return weightsOf(runFolder);
      }
    };
    const whole = await train('resampled', Infinity);
    expect(resampled['resampled']).toHaveLength(8);
    expect(Math.max(...resampled['resampled']!)).toBeGreaterThan(0);
    expect(whole).not.toEqual(weightsOf((await run('never resampled', sparse(silencing))).runFolder));
    for (const stopAfter of [2, 3]) {
      const name = `resampled, interrupted after every ${stopAfter}`;
      expect(await train(name, stopAfter)).toEqual(whole);
      expect(resampled[name]).toEqual(resampled['resampled']);
    }
    expect(weightsOf((await run('resampled, threads', sparse(settings), {}, 2)).runFolder)).toEqual(whole);
  });

  it('does not resume from the checkpoint of another run', async () => {
    const stop = AbortSignal.abort();
    expect((await run('shared', specOf(), { signal: stop })).outcome).toEqual({
      status: 'interrupted',
      step: 0,
    });
    const events: RunEvent[] = [];
    await run('shared', specOf({}, {}, 7), { onEvent: (event) => events.push(event) });
    expect(events.map((event) => event.type)).not.toContain('resumed');
  });

  it.each<[string, (path: string, whole: Checkpoint) => void | Promise<void>]>([
    ['cut short', (path) => truncateSync(path, 1000)],
    ['of junk', (path) => writeFileSync(path, 'junk')],
    [
      'with other shapes',
      (path, { state, ...rest }) => {
        const params = { ...state.params, b_dec: tf.zeros([64]) };
        return writeCheckpoint(path, runHash(specOf()), { state: { ...state, params }, ...rest });
      },
    ],
    [
      'with another batch order',
      (path, { position, ...rest }) =>
        writeCheckpoint(path, runHash(specOf()), { position: { ...position, blocksPerChunk: 1 }, ...rest }),
    ],
  ])('renames a checkpoint %s and starts over', async (what, spoil) => {
    const name = `spoilt ${what}`;
    const whole = weightsOf((await run(`${name}, whole`, specOf())).runFolder);
    const { runFolder } = await run(name, specOf(), { signal: AbortSignal.abort() });
    const path = join(runFolder, 'checkpoint.safetensors');
    const state = freshState(plainVariant, {
      dIn: 128,
      dSae: 48,
      hyper: specOf().hyper,
      sample: { shape: [1, 128], data: new Float32Array(128) },
      random: seeded(0, 'init'),
    });
    await spoil(path, (await readCheckpoint(path, runHash(specOf()), state))!);
    const spoilt = readFileSync(path);

    const events: RunEvent[] = [];
    const tensors = tf.memory().numTensors;
    const { outcome } = await run(name, specOf(), { onEvent: (event) => events.push(event) });
    expect(tf.memory().numTensors).toBe(tensors);
    expect(outcome.status).toBe('finished');
    expect(weightsOf(runFolder)).toEqual(whole);
    const aside = `${path}.unusable`;
    expect(readFileSync(aside)).toEqual(spoilt);
    expect(events.filter(({ type }) => type === 'resumed')).toEqual([]);
    expect(events.filter(({ type }) => type === 'warning')).toEqual([
      { type: 'warning', message: expect.stringContaining(`renamed to ${aside}, and the run starts over`) },
    ]);
  });

  it.each([
    ['the folder of the run', '', 'file'],
    ['its checkpoint', 'checkpoint.safetensors', 'folder'],
    ['its SAE', 'sae', 'file'],
    ['the weights', 'sae/sae_weights.safetensors', 'folder'],
    ['the configuration', 'sae/cfg.json', 'folder'],
    ['the densities', 'sae/sparsity.safetensors', 'folder'],
  ] as const)('renames a file or folder that blocks %s', async (what, name, kind) => {
    const runFolder = join(folder, `instead of ${what}`);
    const path = join(runFolder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (kind === 'file') writeFileSync(path, 'something else');
    else mkdirSync(join(path, 'with', 'content'), { recursive: true });
    // The first free name is taken.
    writeFileSync(`${path}.unusable`, 'from an earlier time');

    const events: RunEvent[] = [];
    const { outcome } = await run(`instead of ${what}`, specOf({ steps: 2 }), {
      onEvent: (event) => events.push(event),
    });
    expect(outcome.status).toBe('finished');
    const { runFolder: undisturbed } = await run('nothing in the way', specOf({ steps: 2 }));
    expect(weightsOf(runFolder)).toEqual(weightsOf(undisturbed));
    const aside = `${path}.unusable-2`;
    if (kind === 'file') expect(readFileSync(aside, 'utf8')).toBe('something else');
    else expect(readdirSync(aside)).toEqual(['with']);
    expect(events.filter(({ type }) => type === 'warning')).toEqual([
      {
        type: 'warning',
        message: `${path}: is not a ${kind === 'file' ? 'folder' : 'file'}, which the run needs here. It was renamed to ${aside}.`,
      },
    ]);
  });

  it('names the file that blocks a parent of the run folder', async () => {
    writeFileSync(join(folder, 'runs'), 'no folder');
    await expect(run('runs/below', specOf())).rejects.toMatchObject({
      code: 'files.not-a-folder',
      details: { field: join(folder, 'runs') },
    });
  });

  it('fails, but does not diverge, on constant activations', async () => {
    const zeros = await storeOfKnownRows(folder, { rows: 2000, dIn: 128, shardRows: 2000, value: () => 0 });
    await expect(run('zeros', specOf(), {}, 1, zeros.folder)).rejects.toMatchObject({
      code: 'activations.constant',
    });
  });

  it('reports the step at which a run diverged', async () => {
    const { outcome } = await run('diverged', specOf({ learningRate: 1e30, warmup: 0, steps: 20 }));
    expect(outcome).toMatchObject({ status: 'diverged', error: { code: 'run.diverged' } });
    if (outcome.status === 'diverged') expect(outcome.step).toBeLessThan(5);
  });

  it('reports divergence if only the last step breaks the weights', async () => {
    const { outcome } = await run('broken', specOf({ learningRate: 1e30, warmup: 0, steps: 1 }));
    expect(outcome).toMatchObject({ status: 'diverged', step: 0, error: { code: 'run.diverged' } });
  });

  it('trains on activations of mean squared norm dIn, and saves an SAE for unscaled ones', async () => {
    const { outcome, runFolder } = await run('scaled', specOf({ learningRate: 1e-12 }));
    const store = await openActivations(activationsFolder);
    const { meanSquaredNorm } = await store.statistics({ holdout: 0.2, seed: 0, part: 'train' });
    const scale = Math.sqrt(128 / meanSquaredNorm);
    expect(Math.abs(scale - 1)).toBeGreaterThan(0.1);
    // The weights are still those of the initialisation; the scale is folded into them.
    const { tensors } = await loadSae(join(runFolder, 'sae'));
    const firstRow = tensors['W_dec']!.data.subarray(0, 128);
    expect(Math.hypot(...firstRow)).toBeCloseTo(1 / scale, 5);
    expect(Math.hypot(...tensors['W_enc']!.data.filter((_, i) => i % 48 === 0))).toBeCloseTo(
      (scale * 128) / (2 * 48),
      5,
    );
    expect(outcome).toMatchObject({ status: 'finished' });
  });

  it('evaluates the trained weights: the last logged explained variance is close to the evaluated one', async () => {
    let logged: number | undefined;
    const onEvent = (event: RunEvent): void => {
      if (event.type === 'curves') logged = event.curves['explained_variance']?.values.at(-1);
    };
    const { outcome } = await run('logged', specOf({}, { maxTokens: 300 }), { onEvent });
    if (outcome.status !== 'finished') throw new Error(outcome.status);
    expect(Math.abs(outcome.figures['explained_variance']! - logged!)).toBeLessThan(0.15);
    expect(outcome.figures['evaluation_tokens']).toBe(300);
  });

  it('evaluates on the training activations with holdout 0, and refuses an empty held-out set and an oversized batch', async () => {
    const { outcome } = await run('notebook', specOf({ batchSize: 'all', steps: 2 }, { holdout: 0 }));
    expect(outcome).toMatchObject({ status: 'finished', figures: { evaluation_tokens: 4000 } });
    await expect(run('wide', specOf({ batchSize: 50_000 }))).rejects.toMatchObject({
      code: 'run.batch-too-large',
    });
    await expect(run('nothing', specOf({ steps: 1 }, { holdout: 1e-9 }))).rejects.toMatchObject({
      code: 'run.nothing-held-out',
    });
  });

  it('has an identity that depends on everything that affects its result, but not on the order of fields', () => {
    const spec = specOf();
    const reversed = Object.fromEntries(Object.entries(spec).toReversed()) as unknown as RunSpec;
    expect(runHash(reversed)).toBe(runHash(spec));
    const others = [specOf({}, {}, 1), specOf({ warmup: 0.1 }), specOf({}, { holdout: 0.1 })];
    expect(new Set([spec, ...others].map(runHash)).size).toBe(4);
  });
});
