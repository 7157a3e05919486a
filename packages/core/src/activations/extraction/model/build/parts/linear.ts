import { RUNTIME_DOMAIN, type GraphBuilder, type Tensor } from '../graph-builder.ts';

interface LinearOptions {
  /** Path of the module in the checkpoint. */
  readonly module: string;
  /** Input and output width. */
  readonly from: number;
  readonly to: number;
  readonly bias: boolean;
  /** Layout of the weight: [to, from] in torch's Linear, [from, to] in GPT-2's Conv1D. */
  readonly layout?: 'linear' | 'conv1d';
}

/** x·Wᵀ + b: [batch, sequence, from] → [batch, sequence, to]. The weight keeps its stored layout. */
export function linear(g: GraphBuilder, x: Tensor, options: LinearOptions): Tensor {
  const { module, from, to } = options;
  const product =
    options.layout === 'conv1d'
      ? g.op('MatMul', [x, g.weight(`${module}.weight`, [from, to])])
      : g.op('FusedMatMul', [x, g.weight(`${module}.weight`, [to, from])], {
          domain: RUNTIME_DOMAIN,
          attributes: { transB: 1 },
        });
  return options.bias ? g.op('Add', [product, g.weight(`${module}.bias`, [to])]) : product;
}
