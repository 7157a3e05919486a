/** Weights stored in separate files next to the graph, as in models over 2 GB. */
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { TensorProto_DataLocation, type TensorProto } from 'onnx-buf';
import { unreadableModel } from './unreadable-model.ts';

interface ExternalRange {
  /** Absolute if the graph's path is. */
  readonly file: string;
  readonly start: number;
  /** Undefined: to the end of the file. */
  readonly length: number | undefined;
}

/**
 * Where a weight's bytes are stored; undefined if they are in the graph.
 *
 * @throws {SaeLabError} `model.unreadable` if that is outside the graph's folder or not a valid range of bytes
 */
export function externalRange(graphPath: string, weight: TensorProto): ExternalRange | undefined {
  if (weight.dataLocation !== TensorProto_DataLocation.EXTERNAL) return undefined;
  const entries = new Map(weight.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  const folder = dirname(graphPath);
  const file = join(folder, location);
  // Paths of either operating system are refused on both, so that a model opens on all machines or on none.
  const leaves = isAbsolute(location) || location.split(/[/\\]/).includes('..');
  if (leaves || relative(folder, file) === '' || location.includes('\0')) {
    throw unreadableModel(
      graphPath,
      `weight ${describeValue(weight.name)} is stored in ${describeValue(location)}, which is not a file in its folder`,
    );
  }
  const [start, length] = ['offset', 'length'].map((key) => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    const count = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
    throw unreadableModel(
      graphPath,
      `weight ${describeValue(weight.name)} has the invalid ${key} ${describeValue(text)}`,
    );
  });
  return { file, start: start ?? 0, length };
}

/** Reads weight files, each once. */
export class ExternalWeights {
  readonly #graphPath: string;
  readonly #files = new Map<string, Promise<Buffer>>();

  constructor(graphPath: string) {
    this.#graphPath = graphPath;
  }

  /** @throws {SaeLabError} `model.not-found`, `model.unreadable` if the file is shorter than the range */
  async read({ file, start, length }: ExternalRange): Promise<Uint8Array> {
    let pending = this.#files.get(file);
    if (pending === undefined) this.#files.set(file, (pending = readExternal(file)));
    const data = await pending;
    const end = length === undefined ? data.length : start + length;
    if (start <= end && end <= data.length) return new Uint8Array(data.subarray(start, end));
    throw unreadableModel(
      this.#graphPath,
      `a weight is at bytes ${start} to ${end} of ${file}, which has ${data.length} bytes`,
    );
  }
}

async function readExternal(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw missingWeights(file, cause);
  }
}

export function missingWeights(file: string, cause: unknown): SaeLabError {
  return new SaeLabError('model.not-found', {
    problem: `the file with the model's weights cannot be read (${(cause as NodeJS.ErrnoException).code})`,
    field: file,
    expected: 'the file that the ONNX graph names as its external data',
    fix: 'Put it next to the graph.',
    cause,
  });
}
