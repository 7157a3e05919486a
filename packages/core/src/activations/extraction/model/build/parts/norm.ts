/**
 * Norms in two steps, because TransformerLens's `hook_normalized` comes before the learned weight and bias.
 */
import type { GraphBuilder, Tensor } from '../graph-builder.ts';

interface NormOptions {
  /** Path of the module in the checkpoint. */
  readonly module: string;
  readonly width: number;
  readonly epsilon: number;
  /** The norm's TransformerLens name, e.g. `blocks.3.ln1`. Without a name the norm has no hooks. */
  readonly name?: string;
  /** Names of the output, in addition to the module path. The first is the canonical one. */
  readonly outputNames?: readonly string[];
}

/** (x − mean) / √(variance + ε) · w + b. */
export function layerNorm(g: GraphBuilder, x: Tensor, options: NormOptions): Tensor {
  const { module, width } = options;
  const normalized = normalize(g, 'LayerNormalization', x, options);
  const weighted = g.op('Mul', [normalized, g.weight(`${module}.weight`, [width])]);
  return named(g, g.op('Add', [weighted, g.weight(`${module}.bias`, [width])]), options);
}

interface RmsNormOptions extends NormOptions {
  /** Whether the norm multiplies by 1 + w, as in Gemma. */
  readonly offset: boolean;
}

/** x / √(mean of x² + ε) · w. */
export function rmsNorm(g: GraphBuilder, x: Tensor, options: RmsNormOptions): Tensor {
  const { module, width, offset } = options;
  const normalized = normalize(g, 'SimplifiedLayerNormalization', x, options);
  const stored = g.weight(`${module}.weight`, [width]);
  return named(g, g.op('Mul', [normalized, offset ? g.op('Add', [stored, g.float(1)]) : stored]), options);
}

function normalize(g: GraphBuilder, type: string, x: Tensor, { width, epsilon, name }: NormOptions): Tensor {
  const ones = g.floats(new Float32Array(width).fill(1));
  const normalized = g.op(type, [x, ones], { attributes: { axis: -1, epsilon: { float: epsilon } } });
  return name === undefined ? normalized : g.hook(normalized, width, [`${name}.hook_normalized`]);
}

function named(g: GraphBuilder, output: Tensor, options: NormOptions): Tensor {
  const { name, module, width, outputNames = [] } = options;
  return name === undefined ? output : g.hook(output, width, [...outputNames, module]);
}
