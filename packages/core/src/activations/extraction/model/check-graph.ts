/**
 * What everything behind relies on, and a damaged or hand-made file may not keep: tensors are made once and before
 * they are read, so that following them ends, and weights are as large as they say. Not ONNX's own checker: what
 * the operators mean is left to the runtime.
 */
import { describeValue } from '@sae-lab/errors';
import { TensorProto_DataLocation, type GraphProto, type TensorProto } from 'onnx-buf';
import { FLOAT, FLOAT16 } from './element-type.ts';
import { externalRange } from './external-weights.ts';
import { unreadableModel } from './unreadable-model.ts';

/** @throws SaeLabError `model.unreadable` */
export function checkGraph(path: string, graph: GraphProto): void {
  for (const weight of graph.initializer) checkWeight(path, weight);

  const there = new Set(['', ...weightNames(graph), ...graph.input.map(({ name }) => name)]);
  for (const node of graph.node) {
    const here = `node ${describeValue(node.name)}`;
    const constants = node.attribute.flatMap(({ t, tensors }) =>
      t === undefined ? tensors : [t, ...tensors],
    );
    if (constants.some(({ dataLocation }) => dataLocation === TensorProto_DataLocation.EXTERNAL)) {
      throw unreadableModel(path, `${here} has a constant in a file of its own, which only weights may have`);
    }
    const absent = node.input.find((tensor) => !there.has(tensor));
    if (absent !== undefined) {
      throw unreadableModel(path, `${here} reads ${describeValue(absent)}, which nothing before it makes`);
    }
    for (const tensor of node.output) {
      if (tensor !== '' && there.has(tensor)) {
        throw unreadableModel(path, `${here} makes ${describeValue(tensor)}, which is there already`);
      }
      there.add(tensor);
    }
  }
  const missing = graph.output.find(({ name }) => !there.has(name));
  if (missing !== undefined) {
    throw unreadableModel(path, `its output ${describeValue(missing.name)} is made by nothing`);
  }
}

function weightNames({ initializer, sparseInitializer }: GraphProto): string[] {
  return [...initializer, ...sparseInitializer.flatMap(({ values }) => values ?? [])].map(({ name }) => name);
}

/** Checks a weight's size against its bytes, as far as these are in the graph. */
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
