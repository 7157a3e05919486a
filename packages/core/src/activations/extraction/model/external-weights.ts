/** Weights that lie in files of their own beside the graph, as models over 2 GB have them. */
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { TensorProto_DataLocation, type TensorProto } from 'onnx-buf';
import { unreadableModel } from './unreadable-model.ts';

interface ExternalRange {
  /** Absolute, if the graph's path is. */
  readonly file: string;
  readonly start: number;
  /** Undefined for the rest of the file. */
  readonly length: number | undefined;
}

/**
 * Where a weight's bytes lie; undefined where they are in the graph.
 *
 * @throws SaeLabError `model.unreadable` when that is outside the graph's folder or is no range of bytes
 */
export function externalRange(graphPath: string, weight: TensorProto): ExternalRange | undefined {
  if (weight.dataLocation !== TensorProto_DataLocation.EXTERNAL) return undefined;
  const entries = new Map(weight.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  const folder = dirname(graphPath);
  const file = join(folder, location);
  // A path of either system is refused on both: a model must not open on one machine and not on another.
  const leaves = isAbsolute(location) || location.split(/[/\\]/).includes('..');
  if (leaves || relative(folder, file) === '' || location.includes('\0')) {
    throw unreadableModel(
      graphPath,
      `weight ${describeValue(weight.name)} lies in ${describeValue(location)}, which is no file beside it`,
    );
  }
  const [start, length] = ['offset', 'length'].map((key) => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    const count = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
    throw unreadableModel(
      graphPath,
      `weight ${describeValue(weight.name)} has the ${key} ${describeValue(text)}`,
    );
  });
  return { file, start: start ?? 0, length };
}

/** Reads files with weights, each once. */
export class ExternalWeights {
  readonly #graphPath: string;
  readonly #files = new Map<string, Promise<Buffer>>();

  constructor(graphPath: string) {
    this.#graphPath = graphPath;
  }

  /** @throws SaeLabError `model.not-found`, `model.unreadable` when the file is shorter than the range */
  async read({ file, start, length }: ExternalRange): Promise<Uint8Array> {
    let pending = this.#files.get(file);
    if (pending === undefined) this.#files.set(file, (pending = readExternal(file)));
    const data = await pending;
    const end = length === undefined ? data.length : start + length;
    if (start <= end && end <= data.length) return new Uint8Array(data.subarray(start, end));
    throw unreadableModel(
      this.#graphPath,
      `a weight lies at bytes ${start} to ${end} of ${file}, which has ${data.length}`,
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
    fix: 'Put it beside the graph.',
    cause,
  });
}
