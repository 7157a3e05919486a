/**
 * Checks that damaged or hand-made files would fail: each tensor is computed once, before it is read, so that following
 * tensors terminates; and weights have their declared size. This is not ONNX's checker: the runtime checks operators.
 */
import { describeValue } from '@sae-lab/errors';
import { TensorProto_DataLocation, type GraphProto, type TensorProto } from 'onnx-buf';
import { FLOAT, FLOAT16 } from './element-type.ts';
import { externalRange } from './external-weights.ts';
import { unreadableModel } from './unreadable-model.ts';

/** @throws {SaeLabError} `model.unreadable` */
export function checkGraph(path: string, graph: GraphProto): void {
  for (const weight of graph.initializer) checkWeight(path, weight);

  const there = new Set(['', ...weightNames(graph), ...graph.input.map(({ name }) => name)]);
  for (const node of graph.node) {
    const here = `node ${describeValue(node.name)}`;
    const constants = node.attribute.flatMap(({ t, tensors }) =>
      t === undefined ? tensors : [t, ...tensors],
    );
    if (constants.some(({ dataLocation }) => dataLocation === TensorProto_DataLocation.EXTERNAL)) {
      throw unreadableModel(path, `${here} has a constant in a separate file, which only weights may have`);
    }
    const absent = node.input.find((tensor) => !there.has(tensor));
    if (absent !== undefined) {
      throw unreadableModel(path, `${here} reads ${describeValue(absent)} before it is computed`);
    }
    for (const tensor of node.output) {
      if (tensor !== '' && there.has(tensor)) {
        throw unreadableModel(path, `${here} computes ${describeValue(tensor)}, which already exists`);
      }
      there.add(tensor);
    }
  }
  const missing = graph.output.find(({ name }) => !there.has(name));
  if (missing !== undefined) {
    throw unreadableModel(path, `its output ${describeValue(missing.name)} is never computed`);
  }
}

function weightNames({ initializer, sparseInitializer }: GraphProto): string[] {
  return [...initializer, ...sparseInitializer.flatMap(({ values }) => values ?? [])].map(({ name }) => name);
}

/** Checks a weight's declared size against its bytes, as far as they are in the graph. */
export function checkWeight(path: string, weight: TensorProto): void {
  const name = `weight ${describeValue(weight.name)}`;
  if (weight.dims.some((size) => size < 0n)) throw unreadableModel(path, `${name} has a negative size`);
  const range = externalRange(path, weight);
  const isFloat = weight.dataType === FLOAT;
  if (!isFloat && weight.dataType !== FLOAT16) return;
  const [valueBytes, values] = isFloat ? [4, weight.floatData] : [2, weight.int32Data];
  const declared = BigInt(valueBytes) * weight.dims.reduce((product, size) => product * size, 1n);
  const bytes = range === undefined ? weight.rawData.length || valueBytes * values.length : range.length;
  if (bytes !== undefined && BigInt(bytes) !== declared) {
    throw unreadableModel(path, `${name} of shape [${weight.dims.join(', ')}] has ${bytes} bytes`);
  }
}
