/** A run on streamed activations ends with the weights and figures of the same run on a cache. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  extractActivations,
  streamActivations,
  type ActivationStream,
  type StreamedWindows,
} from '../activations/index.ts';
import { errorOf, smallSpec, temporaryFolder } from '../activations/test-support.ts';
import { evaluationSettings } from '../evaluation/evaluation-settings.ts';
import { plainVariant } from '../testing/plain-variant.ts';
import { resolveTraining, trainingSettings, type TrainingInput } from '../training/training-settings.ts';
import { executeRun } from './execute-run.ts';
import { placeOfCheckpoint } from './run-files.ts';
import { CORE_MATH_VERSION, runHash, type RunEvent, type RunOutcome, type RunSpec } from './run-spec.ts';

const HOOK = 'blocks.1.hook_mlp_out';
const WINDOW = 1100;

function specOf(training: Partial<TrainingInput> = {}): RunSpec {
  const hyper = { l1: 0.5, decoderNorm: 'unit' };
  const settings = trainingSettings.parse({
    steps: 40,
    batchSize: 128,
    learningRate: 3e-3,
    windowRows: WINDOW,
    ...training,
  });
  return {
    variant: { name: 'plain', mathVersion: 1 },
    coreMathVersion: CORE_MATH_VERSION,
    hyper,
    hook: HOOK,
    activationsId: 'x',
    dSae: 48,
    seed: 3,
    training: resolveTraining(settings, plainVariant, { hyper, dIn: 128, dSae: 48 }),
    evaluation: evaluationSettings.parse({ holdout: 0.2 }),
  };
}

interface Given {
  readonly spec?: RunSpec;
  readonly activationsFolder: string;
  readonly runFolder: string;
  readonly stream?: StreamedWindows;
  readonly onEvent?: (event: RunEvent) => void;
  readonly signal?: AbortSignal;
}

const run = ({ onEvent = () => {}, signal = new AbortController().signal, ...given }: Given) =>
  executeRun(
    {
      spec: specOf(),
      variant: plainVariant,
      origin: { modelName: 'neox-1.7m', hookName: HOOK, contextSize: 64, prependBos: true },
      threads: 1,
      ...given,
    },
    { onEvent, signal },
  );

/** Trains a run window by window, as a sweep does. */
async function runStreamed(
  stream: ActivationStream,
  runFolder: string,
  given: Pick<Given, 'spec' | 'signal' | 'onEvent'> = {},
): Promise<RunOutcome & { pauses: number }> {
  const [sample] = stream.samples;
  const hash = runHash(given.spec ?? specOf());
  for (let pauses = 0; ; pauses++) {
    const place = await placeOfCheckpoint(runFolder, hash);
    stream.setNeeds([place], 0);
    while (!stream.has(place)) await stream.extracted();
    const outcome = await run({
      ...given,
      activationsFolder: sample!.folder,
      runFolder,
      stream: stream.windowsFrom(stream.ids[0]!, place),
    });
    if (outcome.status !== 'paused') return { ...outcome, pauses };
    expect(await placeOfCheckpoint(runFolder, hash)).toEqual(outcome.next);
  }
}

const spec = (dataDir: string) =>
  smallSpec(dataDir, {
    hooks: [HOOK],
    settings: { maxTokens: 64, batchTokens: 256, shardRows: 500, maxRows: 5000 },
  });
const openRing = (dataDir: string) =>
  streamActivations(spec(dataDir), { windowRows: WINDOW, ringWindows: 1, because: 'asked' });
const weightsOf = (runFolder: string): Buffer =>
  readFileSync(join(runFolder, 'sae', 'sae_weights.safetensors'));

describe('a run on streamed activations', () => {
  it('has the weights and figures of a run on a cache, over two passes, stopped or not', async () => {
    const [store] = await extractActivations(spec(temporaryFolder()));
    const cached = temporaryFolder();
    const whole = await run({ activationsFolder: store!.folder, runFolder: cached });
    if (whole.status !== 'finished') throw new Error(whole.status);

    const runFolder = temporaryFolder();
    const dataDir = temporaryFolder();
    const first = await openRing(dataDir);
    const stop = new AbortController();
    const onEvent = (event: RunEvent): void => {
      if (event.type === 'curves' && (event.curves['loss']?.steps.at(-1) ?? 0) >= 10) stop.abort();
    };
    const stopped = await runStreamed(first, runFolder, { signal: stop.signal, onEvent });
    expect(stopped.status).toBe('interrupted');
    await first.close({ remove: false });

    const second = await openRing(dataDir);
    const finished = await runStreamed(second, runFolder);
    await second.close({ remove: true });
    expect(finished).toMatchObject({ status: 'finished', steps: 40 });
    // A pass has five windows, the first of which needs no pause: the run continued in a second pass.
    expect(stopped.pauses + finished.pauses).toBeGreaterThan(4);
    const { figures, histograms } = whole;
    expect(finished).toMatchObject({ figures, histograms });
    expect(weightsOf(runFolder).equals(weightsOf(cached))).toBe(true);
  });

  it('differs from a run in the order of a cache, and from one with other windows', async () => {
    const [store] = await extractActivations(spec(temporaryFolder()));
    const weights = [];
    for (const windowRows of [undefined, WINDOW, 2 * WINDOW]) {
      const runFolder = temporaryFolder();
      const outcome = await run({
        spec: specOf({ windowRows }),
        activationsFolder: store!.folder,
        runFolder,
      });
      expect(outcome.status).toBe('finished');
      weights.push(weightsOf(runFolder).toString('hex'));
    }
    expect(new Set(weights).size).toBe(3);
  });

  it('is refused with a length in epochs, without windows, or with a batch larger than one', async () => {
    const stream = await openRing(temporaryFolder());
    const runFolder = temporaryFolder();
    for (const training of [{ steps: undefined, epochs: 2 }, { windowRows: undefined }]) {
      const error = await errorOf(() => runStreamed(stream, runFolder, { spec: specOf(training) }));
      expect(error.code).toBe('run.epochs-streamed');
    }
    const error = await errorOf(() =>
      runStreamed(stream, runFolder, { spec: specOf({ batchSize: WINDOW }) }),
    );
    expect(error).toMatchObject({ code: 'run.batch-too-large', details: { field: 'training.batchSize' } });
    expect(error.message).toContain('first window');
    await stream.close({ remove: true });
  });

  it('counts epochs over all windows of a cache', async () => {
    const [store] = await extractActivations(spec(temporaryFolder()));
    const rows = await store!.countRows({ holdout: 0.2, seed: 0, part: 'train' });
    const outcome = await run({
      spec: specOf({ steps: undefined, epochs: 1 }),
      activationsFolder: store!.folder,
      runFolder: temporaryFolder(),
    });
    expect(outcome).toMatchObject({ status: 'finished', steps: Math.ceil(rows / 128) });
  });
});
