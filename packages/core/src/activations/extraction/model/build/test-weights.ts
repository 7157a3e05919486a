/** Shared by the tests in this folder: changed copies of the golden models' weights. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../test-support.ts';
import { describeGolden, goldenModel } from './golden-models.ts';
import { writeGraph, type WrittenGraph } from './index.ts';

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}
type Header = Record<string, HeaderEntry>;

/** Copies a golden model's weights, so that the test can change them. */
export function copyOfWeights(model: string): string {
  const folder = temporaryFolder();
  cpSync(goldenModel(model), folder, { recursive: true });
  return folder;
}

/** Rewrites the header of model.safetensors and pads it with spaces. */
export function changeHeader(folder: string, change: (header: Header) => Header, spaces = 0): void {
  const path = join(folder, 'model.safetensors');
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE());
  const header = change(JSON.parse(bytes.subarray(8, 8 + length).toString()) as Header);
  const json = Buffer.from(JSON.stringify(header).trimEnd() + ' '.repeat(spaces));
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(path, Buffer.concat([start, json, bytes.subarray(8 + length)]));
}

/** A change of the header that renames all tensors. */
export function renaming(rename: (name: string) => string): (header: Header) => Header {
  return (header) => Object.fromEntries(Object.entries(header).map(([name, entry]) => [rename(name), entry]));
}

/** Writes the graph of a golden model with other weights. */
export async function writeGolden(
  model: string,
  weights: string,
  { outputs = ['logits'], folder = temporaryFolder() }: { outputs?: string[]; folder?: string } = {},
): Promise<WrittenGraph> {
  return writeGraph(await describeGolden(model), { outputs, weights, folder });
}
