/** For tests: moves the weights of a graph into a separate file. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  type StringStringEntryProto,
} from 'onnx-buf';

const entry = (key: string, value: string | number): StringStringEntryProto =>
  create(StringStringEntryProtoSchema, { key, value: String(value) });

/** @param location name of the file, next to the graph */
export function splitWeights(
  graph: Uint8Array,
  location: string,
): { readonly graph: Uint8Array; readonly weights: Uint8Array } {
  const model = fromBinary(ModelProtoSchema, graph);
  const data: Uint8Array[] = [];
  let offset = 0;
  for (const weight of model.graph!.initializer) {
    const { rawData } = weight;
    if (rawData.length === 0) continue;
    data.push(rawData);
    Object.assign(weight, {
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: [entry('location', location), entry('offset', offset), entry('length', rawData.length)],
      rawData: new Uint8Array(0),
    });
    offset += rawData.length;
  }
  return { graph: toBinary(ModelProtoSchema, model), weights: Buffer.concat(data) };
}
