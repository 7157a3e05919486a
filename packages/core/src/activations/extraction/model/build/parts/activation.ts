import type { ConfigFields } from '../config-fields.ts';
import type { GraphBuilder, Tensor } from '../graph-builder.ts';

type Activation = (g: GraphBuilder, x: Tensor) => Tensor;

const exactGelu: Activation = (g, x) => g.op('Gelu', [x]);
const tanhGelu: Activation = (g, x) => g.op('Gelu', [x], { attributes: { approximate: 'tanh' } });
const silu: Activation = (g, x) => g.op('Mul', [x, g.op('Sigmoid', [x])]);

/** Activation functions by the names that configs use. */
const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  gelu: exactGelu,
  gelu_new: tanhGelu,
  gelu_fast: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  relu: (g, x) => g.op('Relu', [x]),
  silu,
  swish: silu,
};

/** @throws {SaeLabError} `model.unsupported-config` for an unknown activation function */
export function readActivation(config: ConfigFields, field: string, fallback: string): Activation {
  const name = config.text(field, fallback);
  const activation = Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name] : undefined;
  if (activation !== undefined) return activation;
  throw config.unsupported(field, Object.keys(ACTIVATIONS).join(', '), 'unknown activation function');
}

export type { Activation };
