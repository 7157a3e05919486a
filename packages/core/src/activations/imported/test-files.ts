/** Writes the files that other programs would write. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

type Values = Float32Array | Float64Array | Uint16Array | Int32Array | BigInt64Array;

export interface TestTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: Values;
}

/** @param descr NumPy's name of the dtype, e.g. `<f4` */
export function writeNpy(path: string, descr: string, shape: readonly number[], data: Values): string {
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${lengths}), }`;
  const header = Buffer.from(`${text}\n`);
  const start = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1');
  start.writeUInt16LE(header.length, 8);
  return write(path, [start, header, bytesOf(data)]);
}

export function writeTensors(path: string, tensors: Readonly<Record<string, TestTensor>>): string {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [offset, (offset += data.byteLength)] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return write(path, [length, json, ...Object.values(tensors).map(({ data }) => bytesOf(data))]);
}

function bytesOf({ buffer, byteOffset, byteLength }: Values): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function write(path: string, parts: readonly Uint8Array[]): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Buffer.concat(parts));
  return path;
}
