import { open } from 'node:fs/promises';
import { SaeLabError } from '@sae-lab/errors';
import { reasonOf } from '../../../files/reason-of.ts';
import {
  decodeValues,
  ELEMENT_BYTES,
  gather,
  sizeOf,
  type Element,
  type StoredTensor,
} from './stored-tensor.ts';
import { unpickle, type PickledGlobal } from './unpickle.ts';
import { openZip } from './zip-archive.ts';

const STORAGES: Readonly<Record<string, Element>> = {
  'torch.FloatStorage': 'F32',
  'torch.DoubleStorage': 'F64',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'U8',
};
const TENSOR = 'torch._utils._rebuild_tensor_v2';
const PARAMETER = 'torch._utils._rebuild_parameter';
const ORDERED_DICT = 'collections.OrderedDict';
const GLOBALS: ReadonlySet<string> = new Set([...Object.keys(STORAGES), TENSOR, PARAMETER, ORDERED_DICT]);

/** The bytes of one or more tensors. */
interface Storage {
  readonly file: string;
  readonly element: Element;
}

/** A tensor as a view of a storage. Offset and strides are in elements. */
class TensorView {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: number[];
  readonly stride: number[];

  constructor([storage, offset, shape, stride]: readonly unknown[]) {
    if (!isCount(offset) || !isCounts(shape) || !isCounts(stride) || shape.length !== stride.length) {
      throw new Error('the pickle describes a tensor without a valid shape');
    }
    [this.storage, this.offset, this.shape, this.stride] = [storage as Storage, offset, shape, stride];
  }
}

/**
 * Lists the tensors of a state dict that `torch.save` wrote, without running its pickle.
 *
 * @throws {SaeLabError} `sae.unreadable`, `sae.unsafe-pickle`
 */
export async function readTorchFile(path: string): Promise<Record<string, StoredTensor>> {
  await requireZip(path);
  const zip = await openZip(path);
  try {
    const pickle = zip.names.find((name) => name.endsWith('/data.pkl') || name === 'data.pkl');
    if (pickle === undefined) throw notTorch(path, 'it has no data.pkl');
    const root = pickle.slice(0, -'data.pkl'.length);
    const isLittle =
      !zip.names.includes(`${root}byteorder`) ||
      (await zip.read(`${root}byteorder`)).toString('latin1').trim() === 'little';
    if (!isLittle) throw notTorch(path, 'it was written on a big-endian machine');
    const views = viewsOf(path, await zip.read(pickle));
    // Read in one go: a state dict has few storages, and each is needed.
    const storages = new Map<string, Float32Array>();
    for (const { storage } of views.values()) {
      if (storages.has(storage.file)) continue;
      const bytes = await zip.read(`${root}data/${storage.file}`);
      if (bytes.length % ELEMENT_BYTES[storage.element] !== 0) throw notTorch(path, 'a storage is cut short');
      storages.set(storage.file, decodeValues(bytes, storage.element));
    }
    return Object.fromEntries(
      [...views].map(([name, view]) => [name, storedTensor(path, storages.get(view.storage.file)!, view)]),
    );
  } finally {
    zip.close();
  }
}

function storedTensor(path: string, values: Float32Array, view: TensorView): StoredTensor {
  const { offset, shape, stride } = view;
  const last = shape.reduce((at, size, axis) => at + (size - 1) * stride[axis]!, offset);
  if (sizeOf(shape) > 0 && last >= values.length) throw notTorch(path, 'a tensor is longer than its storage');
  return { shape, read: async () => gather(values, view) };
}

function viewsOf(path: string, pickle: Buffer): Map<string, TensorView> {
  let state: unknown;
  try {
    state = unpickle(pickle, {
      globals: GLOBALS,
      call(name, args) {
        if (name === TENSOR) return new TensorView(args);
        if (name === PARAMETER) return args[0];
        return new Map();
      },
      persistent: storageOf,
      refuse: (name) => unsafe(path, name),
    });
  } catch (cause) {
    if (cause instanceof SaeLabError) throw cause;
    throw notTorch(path, reasonOf(cause), cause);
  }
  if (!(state instanceof Map)) throw notTorch(path, 'it does not hold a state dict');
  for (const [name, value] of state) {
    if (typeof name === 'string' && value instanceof TensorView) continue;
    throw notTorch(path, `its entry ${JSON.stringify(name)} is not a tensor`);
  }
  return state as Map<string, TensorView>;
}

/** A storage's persistent id: ('storage', type, file in data/, device, number of elements). */
function storageOf(id: unknown): Storage {
  const [kind, type, file] = Array.isArray(id) ? (id as unknown[]) : [];
  const element = STORAGES[(type as PickledGlobal | undefined)?.name ?? ''];
  if (kind !== 'storage' || element === undefined || typeof file !== 'string') {
    throw new Error('the pickle names a storage of an unknown kind');
  }
  return { file, element };
}

/** Before version 1.6, PyTorch wrote pickles that are not in a zip archive. */
async function requireZip(path: string): Promise<void> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw notTorch(path, reasonOf(cause), cause);
  });
  try {
    const start = Buffer.alloc(4);
    await file.read(start, 0, 4, 0);
    if (start.toString('latin1', 0, 2) === 'PK') return;
  } finally {
    await file.close();
  }
  throw new SaeLabError('sae.unreadable', {
    problem: 'not a zip archive, as torch.save writes it since version 1.6',
    field: path,
    fix: 'Load the file with torch.load and save it again with a current PyTorch.',
  });
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}

function notTorch(path: string, problem: string, cause?: unknown): SaeLabError {
  return new SaeLabError('sae.unreadable', {
    problem: `not a state dict of PyTorch: ${problem}`,
    field: path,
    fix: 'Download the file again, or save the state dict with torch.save(sae.state_dict(), path).',
    cause,
  });
}

function unsafe(path: string, name: string): SaeLabError {
  return new SaeLabError('sae.unsafe-pickle', {
    problem: 'the file has more than tensors: unpickling it would run code',
    field: path,
    expected: 'a state dict of tensors',
    received: name,
    fix: 'Save the state dict alone: torch.save(sae.state_dict(), path).',
  });
}
