import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { CPU_BACKEND } from './backend-name.ts';
import { type BackendInfo, heapBytes, useCpuBackend } from './cpu-backend.ts';
import { installKernels } from './replacements/install.ts';
import { selectTopK } from './replacements/select-top-k.ts';

let info: BackendInfo;

beforeAll(async () => {
  info = await useCpuBackend({ threads: 2 });
});

test('every kernel passes its self-check', () => {
  expect(info).toMatchObject({
    name: 'sae-cpu',
    threads: 2,
    runtime: 'onnxruntime-node 1.30.0',
    warnings: [],
  });
  expect(info.replacedKernels).toEqual(
    expect.arrayContaining(['BatchMatMul', '_FusedMatMul', 'UnsortedSegmentSum', 'Einsum']),
  );
  expect(tf.getBackend()).toBe('sae-cpu');
});

test('a second call makes it the current backend again', async () => {
  await tf.setBackend('cpu');
  expect(await useCpuBackend({ threads: 2 })).toEqual(info);
  expect(tf.getBackend()).toBe('sae-cpu');
});

test.each([0, 1.5, Number.NaN, -2, availableParallelism() + 1])(
  '%s threads are an error',
  async (threads) => {
    await expect(useCpuBackend({ threads })).rejects.toMatchObject({ code: 'kernels.threads' });
  },
);

test('a training step has the same bits on one thread and on two', async () => {
  const one = await train({ threads: 1 });
  const two = await train({ threads: 2 });
  expect(two).toEqual(one);
});

test("training reaches the loss of tfjs's cpu backend", async () => {
  const ours = await train({ threads: 2 });
  const theirs = await train('cpu');
  expect(ours.at(-1)).toBeLessThan(ours[0]! / 2);
  expect(Math.abs(ours.at(-1)! / theirs.at(-1)! - 1)).toBeLessThan(1e-4);
});

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 0.3, 'float32', seed);

/** Trains a small autoencoder with an L1 term; returns the loss of each step. */
async function train(where: 'cpu' | { threads: number }): Promise<number[]> {
  if (where === 'cpu') await tf.setBackend('cpu');
  else await useCpuBackend(where);
  const x = normal([256, 24], 1) as tf.Tensor2D;
  const [w, v, b] = [normal([160, 24], 2), normal([160, 24], 3), tf.zeros([160])].map((t) => tf.variable(t));
  const optimizer = tf.train.adam(1e-2);
  const losses = Array.from({ length: 60 }, () =>
    tf.tidy(() => {
      const loss = optimizer.minimize(() => {
        const code = tf.matMul(x, w!, false, true).add(b!).relu();
        const error = tf.matMul(code, v!).sub(x).square().sum(1).mean();
        return error.add<tf.Scalar>(code.sum(1).mean().mul(1e-3));
      }, true);
      return loss!.dataSync()[0]!;
    }),
  );
  optimizer.dispose();
  tf.dispose([x, w!, v!, b!]);
  await useCpuBackend({ threads: 2 });
  return losses;
}

const held = () => ({
  tensors: tf.memory().numTensors,
  buffers: tf.memory().numDataBuffers,
  // Includes what a kernel allocated without tfjs.
  blocks: tf.backend().numDataIds(),
  heap: heapBytes(),
});

test('a thousand steps leak neither tensors nor memory', () => {
  const x = tf.randomNormal<tf.Rank.R2>([64, 16]);
  const start = tf.randomNormal<tf.Rank.R2>([48, 16]);
  const w = tf.variable(start);
  const rows = [...Array(64).keys()];
  const step = () =>
    tf.tidy(() => {
      const gradient = tf.grad((p) => {
        const code = tf.matMul(x, p, false, true).relu();
        return code.matMul(p).sub(x.gather(rows)).square().sum();
      })(w);
      tf.fused.matMul({ a: x, b: start, transposeB: true, activation: 'elu' });
      selectTopK(x, 3);
      w.assign(w.sub(gradient.mul(1e-4)));
    });
  for (let i = 0; i < 20; i++) step();
  const before = held();
  for (let i = 0; i < 1000; i++) step();
  expect(held()).toEqual(before);
});

test("tfjs's own kernel replaces one that is wrong or throws", () => {
  const cases = [{ inputs: { x: { values: [-1, 2], shape: [2] } }, expected: [1, 2] }];
  const broken = [
    { kernelName: 'Abs', build: () => tf.getKernel('Square', CPU_BACKEND).kernelFunc as never, cases },
    {
      kernelName: 'Neg',
      build: () => () => {
        throw new Error('native crash');
      },
      cases,
    },
  ];
  const installed = installKernels(CPU_BACKEND, broken);
  expect(installed.replacedKernels).toEqual([]);
  expect(installed.warnings).toEqual([
    "sae-cpu: the self-check of the kernel Abs failed (value 1 is 4, expected 2); using tfjs's slower one",
    "sae-cpu: the self-check of the kernel Neg failed (native crash); using tfjs's slower one",
  ]);
  expect(Array.from(tf.tensor1d([-1, 2]).abs().dataSync())).toEqual([1, 2]);
  expect(Array.from(tf.tensor1d([-1, 2]).neg().dataSync())).toEqual([1, -2]);
});
