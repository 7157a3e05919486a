/** Shared by the tests in this folder: small models with golden activations from `tests/reference/graphs.py`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { readTextConfig, type JsonObject } from '../model-config.ts';
import { describeGraph, type GraphDescription } from './index.ts';

const MODELS = fileURLToPath(new URL('../../../../../../../tests/reference/graphs', import.meta.url));

/** Folders of golden models, each with config.json, safetensors, case.json and expected.safetensors. */
export function goldenModel(name = ''): string {
  return join(MODELS, name);
}

/** Tokens that a golden model was fed. */
interface GoldenCase {
  ids: number[][];
  mask: number[][];
  /** Other names of the activations in expected.safetensors. */
  same: Record<string, string>;
}

export function goldenCase(name: string): GoldenCase {
  return JSON.parse(readFileSync(join(MODELS, name, 'case.json'), 'utf8')) as GoldenCase;
}

export function goldenConfig(name: string): Promise<JsonObject> {
  return readTextConfig(join(MODELS, name, 'config.json'));
}

/** Describes the graph of a golden model, with changes to its config. */
export async function describeGolden(name: string, changes: JsonObject = {}): Promise<GraphDescription> {
  return describeGraph({ ...(await goldenConfig(name)), ...changes }, `${name}/config.json`);
}

/** Runs a graph, with the optimisations that extraction uses. */
export async function runGraph(
  path: string,
  { ids, mask }: Pick<GoldenCase, 'ids' | 'mask'>,
): Promise<Record<string, Float32Array>> {
  const session = await InferenceSession.create(path, {
    graphOptimizationLevel: 'basic',
    logSeverityLevel: 3,
  });
  try {
    const matrix = (rows: number[][]): Tensor =>
      new Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0]!.length]);
    const fed = Object.entries({ input_ids: matrix(ids), attention_mask: matrix(mask) });
    const outputs = await session.run(
      Object.fromEntries(fed.filter(([name]) => session.inputNames.includes(name))),
    );
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]),
    );
  } finally {
    await session.release();
  }
}
