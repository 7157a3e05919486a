/** Activations without computable figures are reported as such, not as divergence. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { evaluationSettings, type EvaluationSettings } from '../evaluation/evaluation-settings.ts';
import { membership } from '../activations/store/holdout.ts';
import { errorOf, storeOfKnownRows, temporaryFolder } from '../activations/test-support.ts';
import { plainVariant } from '../testing/plain-variant.ts';
import { resolveTraining, trainingSettings, type TrainingInput } from '../training/training-settings.ts';
import { executeRun } from './execute-run.ts';
import { CORE_MATH_VERSION, type RunEvent, type RunSpec } from './run-spec.ts';

const [ROWS, D_IN, D_SAE] = [400, 4, 8];
const HOLDOUT = 0.2;
const documentHash = (document: number): number => Math.imul(document + 1, 0x9e3779b1);
const isHeldOut = membership({ holdout: HOLDOUT, seed: 0, part: 'held-out' })!;
const heldOut = (row: number): boolean => isHeldOut(documentHash(Math.floor(row / 10)));
/** Centred and unordered, like real activations. */
const wave = (row: number, d: number): number =>
  Math.sin(12.9898 * row + 78.233 * d) + Math.sin(row * (d + 1));

async function run(
  value: (row: number, d: number) => number,
  training: Partial<TrainingInput> = {},
  evaluation: Partial<EvaluationSettings> = {},
  hyper = { l1: 0.01, decoderNorm: 'unit' },
) {
  const folder = temporaryFolder();
  const store = await storeOfKnownRows(folder, {
    rows: ROWS,
    dIn: D_IN,
    shardRows: 1000,
    documentHash,
    value,
  });
  const settings = trainingSettings.parse({ steps: 10, batchSize: 32, learningRate: 1e-3, ...training });
  const spec: RunSpec = {
    variant: { name: 'plain', mathVersion: 1 },
    coreMathVersion: CORE_MATH_VERSION,
    hyper,
    hook: 'none',
    activationsId: 'known',
    dSae: D_SAE,
    seed: 0,
    training: resolveTraining(settings, plainVariant, { hyper, dIn: D_IN, dSae: D_SAE }),
    evaluation: evaluationSettings.parse({ holdout: HOLDOUT, ...evaluation }),
  };
  const origin = { modelName: 'none', hookName: 'none', contextSize: 1, prependBos: false };
  const runFolder = join(folder, 'run');
  const args = {
    spec,
    variant: plainVariant,
    activationsFolder: store.folder,
    runFolder,
    origin,
    threads: 1,
  };
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent): void => void events.push(event);
  return { events, outcome: await executeRun(args, { onEvent, signal: new AbortController().signal }) };
}

it('finishes if evaluated on a single activation, where explained variance is undefined', async () => {
  const { outcome } = await run(wave, {}, { maxTokens: 1 });
  if (outcome.status !== 'finished') throw new Error(JSON.stringify(outcome));
  const { explained_variance: explained, ...others } = outcome.figures;
  expect(explained).toBeNaN();
  for (const [name, figure] of Object.entries(others)) expect(figure, name).toSatisfy(Number.isFinite);
});

it.each([
  ['equal', () => 3],
  ['nearly equal', (row: number) => 3 + row * 2 ** -21],
])('finishes if it is evaluated on %s activations', async (_what, held) => {
  const { outcome } = await run((row, d) => (heldOut(row) ? held(row) : wave(row, d)));
  expect(outcome.status).toBe('finished');
});

it('trains on batches of one row and of zero rows', async () => {
  const { outcome, events } = await run((row, d) => (row % 3 === 0 ? 0 : wave(row, d)), {
    batchSize: 1,
    steps: 60,
  });
  expect(outcome.status).toBe('finished');
  const logged = events.flatMap((event) => (event.type === 'curves' ? [event.curves] : []));
  const values = logged.flatMap(({ explained_variance: curve }) => curve?.values ?? []);
  expect(values.length).toBeGreaterThan(0);
  for (const value of values) expect(value).toBeNaN();
});

it.each<[string, (row: number, d: number) => number, Partial<TrainingInput>, string, RegExp]>([
  ['all zero', () => 0, {}, 'activations.constant', /are constant.*received 3\d\d that are all 0/],
  ['all equal', (_row, d) => d + 0.1, {}, 'activations.constant', /received 3\d\d that are all equal/],
  ['all equal, not scaled', () => 0.1, { normalize: false }, 'activations.constant', /all equal/],
  [
    'all equal in training',
    (row, d) => (heldOut(row) ? wave(row, d) : 0.1),
    {},
    'activations.constant',
    /all equal/,
  ],
  [
    'not finite',
    (row, d) => (heldOut(row) || row % 50 > 0 ? wave(row, d) : Infinity),
    {},
    'activations.not-finite',
    /training activations/,
  ],
  [
    'non-finite in the evaluation',
    (row, d) => (heldOut(row) ? NaN : wave(row, d)),
    {},
    'activations.not-finite',
    /evaluation activations/,
  ],
  [
    'too large to square',
    (row, d) => 1e25 * wave(row, d),
    { normalize: false },
    'activations.out-of-range',
    /Set training.normalize to true/,
  ],
])('blames activations that are %s', async (_what, value, training, code, said) => {
  const error = await errorOf(() => run(value, training));
  expect(error.code).toBe(code);
  expect(error.message).toMatch(said);
  expect(error.message).not.toContain('learning rate');
});

it('blames a coefficient whose product with its loss overflows float32', async () => {
  const hyper = { l1: 3e38, decoderNorm: 'unit' };
  // The decoder rows are so long that the L1 loss is above 1 from the first step on.
  const long = (row: number, d: number): number => 10 * wave(row, d);
  const training = { sparsityWarmup: 0, normalize: false };
  const error = await errorOf(() => run(long, training, {}, hyper));
  expect(error.code).toBe('run.loss-overflow');
});

it('reports a gradient too large to be clipped', async () => {
  // Each number of the gradient is finite, but the sum of their squares is not.
  const hyper = { l1: 1e25, decoderNorm: 'unit' };
  const error = await errorOf(() => run(wave, { sparsityWarmup: 0, gradientClip: 1 }, {}, hyper));
  expect(error.code).toBe('run.gradient-overflow');
  expect(error.message).toMatch(/Lower the coefficients/);
});
