import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSafetensors } from '../files/safetensors.ts';
import { damaged, damages } from '../testing/damaged-bytes.ts';
import { settled } from '../testing/refusal.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { TrainerState } from './trainer-state.ts';

const RUNS = { seed: 1, numRuns: 300 };
const RUN = 'a'.repeat(64);
const POSITION = { epoch: 1, chunk: 0, row: 7, seed: 3, blocksPerChunk: 4 };

const folder = mkdtempSync(join(tmpdir(), 'sae-lab-checkpoint-'));
const path = join(folder, 'checkpoint.safetensors');
afterAll(() => rmSync(folder, { recursive: true }));

let initial: TrainerState;
beforeAll(() => tf.setBackend('cpu'));
beforeEach(() => {
  tf.engine().startScope();
  initial = stateOf({ W: tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]), b: tf.tensor1d([7, 8, 9]) });
});
afterEach(() => tf.engine().endScope());

function stateOf(params: Record<string, tf.Tensor>): TrainerState {
  const moments = { m: { ...params }, v: { ...params } };
  const state = { counts: tf.tensor1d([1, 2, 3], 'int32'), flags: tf.tensor1d([1, 0, 1], 'bool') };
  return { step: 12, params, moments, state, tokensSinceFired: Float64Array.of(1, 2 ** 40, 0) };
}

const CURVES = {
  loss: { steps: [0, 5, 11], values: [1.5, Number.NaN, -Infinity] },
  'loss/l1': { steps: [], values: [] },
};

const write = (changes: object = {}): Promise<void> =>
  writeCheckpoint(path, RUN, {
    state: initial,
    position: POSITION,
    seconds: 1.5,
    curves: CURVES,
    ...changes,
  });

/** The error that reading throws, and the number of tensors that it leaks. */
async function reading(): Promise<string> {
  const before = tf.memory().numTensors;
  const { error } = await settled(() => readCheckpoint(path, RUN, initial));
  return `${error?.code}, ${tf.memory().numTensors - before} tensors`;
}
const REFUSED = /^(checkpoint|safetensors)\.malformed, 0 tensors$/;

/** A different value. */
const other = (value: unknown): fc.Arbitrary<unknown> =>
  fc
    .oneof(fc.constantFrom<unknown>(-1, 0.5, NaN, Infinity, 2 ** 53, '7', null, [], {}), fc.jsonValue())
    .filter((junk) => junk !== value && !(Number.isSafeInteger(junk) && (junk as number) >= 0));

describe('a checkpoint', () => {
  it('is read back unchanged, in every dtype, and only for its own run', async () => {
    await write();
    const read = (await readCheckpoint(path, RUN, initial))!;
    expect(read).toMatchObject({ position: POSITION, seconds: 1.5, curves: CURVES, state: { step: 12 } });
    expect(read.state.tokensSinceFired).toEqual(initial.tokensSinceFired);
    for (const [group, name] of [
      ['params', 'W'],
      ['params', 'b'],
      ['state', 'counts'],
      ['state', 'flags'],
    ] as const) {
      const [was, is] = [initial[group][name]!, read.state[group][name]!];
      expect([is.dtype, is.shape, [...is.dataSync()]]).toEqual([was.dtype, was.shape, [...was.dataSync()]]);
    }
    expect(await readCheckpoint(path, 'b'.repeat(64), initial)).toBeUndefined();
    expect(await readCheckpoint(join(folder, 'absent'), RUN, initial)).toBeUndefined();
  });

  it('keeps its names on disk, so that runs resume after an update', async () => {
    await write();
    const { tensors, metadata } = await readSafetensors(path);
    expect(Object.keys(tensors).toSorted()).toEqual([
      'adam_m.W',
      'adam_m.b',
      'adam_v.W',
      'adam_v.b',
      'curve.loss',
      'curve.loss/l1',
      'dead.tokens_since_fired',
      'params.W',
      'params.b',
      'state.counts',
      'state.flags',
    ]);
    expect(metadata).toEqual({
      format: 'sae-lab checkpoint 3',
      run: RUN,
      progress: JSON.stringify({ step: 12, position: POSITION, seconds: 1.5 }),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('is refused after any damage to its bytes', async () => {
    await write();
    const whole = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(damages, async (done) => {
        const after = damaged(whole, done);
        fc.pre(!after.equals(whole));
        writeFileSync(path, after);
        expect(await reading()).toMatch(REFUSED);
      }),
      { ...RUNS, numRuns: 1000 },
    );
  });

  it('is refused if it is any other file', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (bytes) => {
        writeFileSync(path, bytes);
        expect(await reading()).toMatch(REFUSED);
      }),
      RUNS,
    ));

  it('is refused if its progress is junk', () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(
          other(12).map((step) => ({ state: { ...initial, step } })),
          other(POSITION).map((position) => ({ position })),
          other(1.5)
            .filter((seconds) => !(Number.isFinite(seconds) && (seconds as number) >= 0))
            .map((seconds) => ({ seconds })),
          fc
            .constantFrom(...Object.keys(POSITION))
            .chain((key) => other(0).map((junk) => ({ position: { ...POSITION, [key]: junk } })))
            .filter(({ position: { seed } }) => !Number.isSafeInteger(seed) || seed === POSITION.seed),
        ),
        async (changes) => {
          await write(changes);
          expect(await reading()).toMatch(REFUSED);
        },
      ),
      RUNS,
    ));

  it('is refused if its tensors do not match those of the run', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom('params', 'm', 'v', 'state', 'dead'),
        fc.constantFrom('missing', 'renamed', 'reshaped', 'another dtype', 'one more'),
        fc.nat(1),
        fc.string(),
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
        async (group, change, index, name, shape) => {
          const changedGroup = (tensors: Record<string, tf.Tensor>): Record<string, tf.Tensor> => {
            const [key, tensor] = Object.entries(tensors)[index]!;
            const { [key]: _, ...rest } = tensors;
            const dtype = tensor.dtype === 'float32' ? 'int32' : 'float32';
            fc.pre(!Object.hasOwn(tensors, name) && shape.join() !== tensor.shape.join());
            if (change === 'missing') return rest;
            if (change === 'renamed') return { ...rest, [name]: tensor };
            if (change === 'reshaped') return { ...rest, [key]: tf.zeros(shape, tensor.dtype) };
            if (change === 'one more') return { ...tensors, [name]: tensor };
            return { ...rest, [key]: tf.zeros(tensor.shape, dtype) };
          };
          const { params, moments, state } = initial;
          fc.pre(group !== 'dead' || shape.length === 0 || shape[0] !== 3);
          await write({
            state: {
              ...initial,
              params: group === 'params' ? changedGroup(params) : params,
              moments: {
                m: group === 'm' ? changedGroup(moments.m) : moments.m,
                v: group === 'v' ? changedGroup(moments.v) : moments.v,
              },
              state: group === 'state' ? changedGroup(state) : state,
              tokensSinceFired: group === 'dead' ? new Float64Array(shape[0] ?? 0) : initial.tokensSinceFired,
            },
          });
          expect(await reading()).toMatch(REFUSED);
        },
      ),
      RUNS,
    ));
});
