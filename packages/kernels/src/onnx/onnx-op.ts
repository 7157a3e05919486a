import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  ModelProtoSchema,
  type NodeProtoSchema,
  TensorProto_DataType,
  type ValueInfoProtoSchema,
} from 'onnx-buf';
import type { OnnxRuntime, OnnxTensor } from './runtime.ts';

type NodeInit = MessageInitShape<typeof NodeProtoSchema>;
type ElementType = 'float32' | 'int64' | 'bool' | 'uint8' | 'int8' | 'int32';

const ELEMENT_TYPES: Record<ElementType, number> = {
  float32: TensorProto_DataType.FLOAT,
  int64: TensorProto_DataType.INT64,
  bool: TensorProto_DataType.BOOL,
  uint8: TensorProto_DataType.UINT8,
  int8: TensorProto_DataType.INT8,
  int32: TensorProto_DataType.INT32,
};

/** A graph with inputs x0, x1, … and the output y. Nodes may name intermediate values. */
export interface OnnxOpSpec {
  nodes: readonly NodeInit[];
  inputs: readonly ElementType[];
  output: ElementType;
}

/** Computes the graph into the memory of `output`. */
export type OnnxOp = (inputs: readonly OnnxTensor[], output: OnnxTensor) => void;

/** Elements from which copying an output costs more than the exception that avoids it. */
const COPY_LIMIT = 16_384;
const NOT_A_TENSOR = 'Non tensor type is temporarily not supported';

/**
 * Opens a session for a small graph.
 *
 * The binding computes into the output it is given, but then copies that output into a new buffer for its return value,
 * which takes as long as the product itself. To avoid the copy, the graph has another output before y: a sequence, which
 * the binding cannot convert. It throws there, after y is computed and before y is copied.
 */
export function openOnnxOp({ binding }: OnnxRuntime, spec: OnnxOpSpec, threads: number): OnnxOp {
  const session = new binding.InferenceSession();
  const model = encode(spec);
  session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // Outputs are preallocated, so an arena would only hold scratch memory.
    enableCpuMemArena: false,
    enableMemPattern: false,
    // Each session has its own threads. If they kept spinning after a run, they would slow the next session down.
    extra: { session: { force_spinning_stop: '1' } },
  });
  return (inputs, y) => {
    const feeds = Object.fromEntries(inputs.map((tensor, i) => [`x${i}`, tensor]));
    if (y.size < COPY_LIMIT) {
      session.run(feeds, { y }, {});
      return;
    }
    try {
      session.run(feeds, { unread: null, y }, {});
    } catch (error) {
      if (!(error instanceof Error && error.message.includes(NOT_A_TENSOR))) throw error;
    }
  };
}

export function intAttribute(name: string, value: number) {
  return { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) };
}

function encode({ nodes, inputs, output }: OnnxOpSpec): Uint8Array<ArrayBuffer> {
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 18n }],
    graph: {
      name: 'op',
      node: [
        ...nodes,
        {
          opType: 'SequenceEmpty',
          output: ['unread'],
          attribute: [intAttribute('dtype', TensorProto_DataType.FLOAT)],
        },
      ],
      input: inputs.map((type, i) => ({ name: `x${i}`, type: tensorType(type) })),
      output: [
        {
          name: 'unread',
          type: { value: { case: 'sequenceType', value: { elemType: tensorType('float32') } } },
        },
        { name: 'y', type: tensorType(output) },
      ],
    },
  });
  return toBinary(ModelProtoSchema, model);
}

function tensorType(type: ElementType): NonNullable<MessageInitShape<typeof ValueInfoProtoSchema>['type']> {
  return { value: { case: 'tensorType', value: { elemType: ELEMENT_TYPES[type] } } };
}
