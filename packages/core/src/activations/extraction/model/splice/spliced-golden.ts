/** Opens golden models for splicing. For tests. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test-support.ts';
import { describeGolden, goldenCase, goldenModel } from '../build/golden-models.ts';
import { writeGraph } from '../build/index.ts';
import { hooksOf } from '../built-model.ts';
import type { Hook } from '../hooks.ts';
import { readConfig } from '../model-config.ts';
import { readModelGraph, type ModelGraph } from '../model-graph.ts';
import { openSpliced } from './open-spliced.ts';
import { openSteerable } from './open-steerable.ts';
import type { SplicedModel, Splices } from './spliced-model.ts';
import type { SteerableModel } from './steerable-model.ts';
import { wholeInFolder, type WholeGraph } from './whole-graph.ts';

/** The folder of golden losses of spliced models and their SAE, written by `tests/reference/splices.py`. */
export const SPLICES = fileURLToPath(
  new URL('../../../../../../../tests/reference/splices', import.meta.url),
);

/** The sequences that a golden model was fed, without padding. */
export function goldenSequences(name: string): number[][] {
  const { ids, mask } = goldenCase(name);
  return ids.map((row, sequence) => row.filter((_, position) => mask[sequence]![position] === 1));
}

/** @param edit changes the graph of the whole model before it is opened */
export async function openSplicedGolden(
  name: string,
  hookName: string,
  edit: (graph: ModelGraph) => ModelGraph = (graph) => graph,
): Promise<SplicedModel> {
  return openGolden(openSpliced, name, hookName, edit);
}

export async function openSteerableGolden(name: string, hookName: string): Promise<SteerableModel> {
  return openGolden(openSteerable, name, hookName, (graph) => graph);
}

async function openGolden<T extends { close(): Promise<void> }>(
  openAs: (whole: WholeGraph, hook: Hook, options: { threads: number }) => Promise<T>,
  name: string,
  hookName: string,
  edit: (graph: ModelGraph) => ModelGraph,
): Promise<T> {
  const description = await describeGolden(name);
  const config = await readConfig(join(goldenModel(name), 'config.json'));
  const { tensor, dIn } = hooksOf(description).get(hookName)!;
  const folder = temporaryFolder();
  const weights = join(goldenModel(), name);
  const { path } = await writeGraph(description, { outputs: [tensor, 'logits'], weights, folder });
  const graph = edit(await readModelGraph(path));
  const hook: Hook = { requested: hookName, name: tensor, tensor, dIn, layer: 0 };
  const model = await openAs(wholeInFolder({ graph, hooks: hooksOf(description), config }, folder), hook, {
    threads: 1,
  });
  onTestFinished(() => model.close());
  return model;
}

/** Splices of every token but the last of each sequence. */
function everywhere(
  sequences: readonly (readonly number[])[],
  patches: (rows: number) => Float32Array[],
): Splices {
  const places = sequences.flatMap((tokens, sequence) =>
    tokens.slice(1).map((target, position) => ({ sequence, position, target })),
  );
  const made = patches(places.length);
  return {
    rows: BigInt64Array.from(
      places.flatMap(({ sequence, position }) => [BigInt(sequence), BigInt(position)]),
    ),
    targets: BigInt64Array.from(places, ({ target }) => BigInt(target)),
    patches: Float32Array.from(made.flatMap((patch) => [...patch])),
    count: made.length,
  };
}

/** The activations of the spliced tokens. */
function rowsOf(
  { activations, tokens }: { activations: Float32Array; tokens: number },
  sequences: readonly (readonly number[])[],
): Float32Array {
  const dIn = activations.length / sequences.length / tokens;
  const rows = sequences.flatMap((ids, sequence) =>
    ids.slice(1).flatMap((_, position) => {
      const start = (sequence * tokens + position) * dIn;
      return [...activations.subarray(start, start + dIn)];
    }),
  );
  return Float32Array.from(rows);
}

/** The losses of each token but the last of its sequence: unedited, with its own activations and with zeros. */
export async function spliceActivationsAndZero(
  model: SplicedModel,
  sequences: readonly (readonly number[])[],
): Promise<{ clean: Float32Array; same: Float32Array; sameKl: Float32Array; zero: Float32Array }> {
  const batch = await model.begin(sequences);
  const kept = rowsOf(batch, sequences);
  const splices = everywhere(sequences, () => [kept, new Float32Array(kept.length)]);
  const { clean, spliced, divergence } = await batch.losses(splices);
  const rows = splices.targets.length;
  return {
    clean,
    same: spliced.subarray(0, rows),
    sameKl: divergence.subarray(0, rows),
    zero: spliced.subarray(rows),
  };
}

export function expectClose(values: ArrayLike<number>, expected: ArrayLike<number>, within: number): void {
  expect(values.length).toBe(expected.length);
  const worst = Array.from(values, (value, i) => Math.abs(value - expected[i]!));
  expect(Math.max(...worst)).toBeLessThan(within);
}
