import type { GraphBuilder, Tensor } from '../graph-builder.ts';
import type { Activation } from './activation.ts';
import { linear } from './linear.ts';

interface MlpOptions {
  /** The block's TransformerLens name, `blocks.3`. */
  readonly block: string;
  readonly width: number;
  readonly hidden: number;
  readonly activation: Activation;
  readonly bias: boolean;
}

/** activation(gate(x)) · up(x), then down: the MLP of Llama and its relatives. */
export function gatedMlp(
  g: GraphBuilder,
  x: Tensor,
  options: MlpOptions & { readonly modules: { gate: string; activation: string; up: string; down: string } },
): Tensor {
  const { block, width, hidden, bias, modules } = options;
  const project = (module: string): Tensor => linear(g, x, { module, from: width, to: hidden, bias });
  const gate = g.hook(project(modules.gate), hidden, [`${block}.mlp.hook_pre`, modules.gate]);
  const active = g.hook(options.activation(g, gate), hidden, [modules.activation]);
  const up = g.hook(project(modules.up), hidden, [`${block}.mlp.hook_pre_linear`, modules.up]);
  const post = g.hook(g.op('Mul', [active, up]), hidden, [`${block}.mlp.hook_post`]);
  return linear(g, post, { module: modules.down, from: hidden, to: width, bias });
}

/** activation(x·W + b), then back: the MLP of GPT-2 and GPT-NeoX. */
export function plainMlp(
  g: GraphBuilder,
  x: Tensor,
  options: MlpOptions & {
    readonly modules: { in: string; activation: string; out: string };
    readonly layout: 'linear' | 'conv1d';
  },
): Tensor {
  const { block, width, hidden, bias, modules, layout } = options;
  const projected = linear(g, x, { module: modules.in, from: width, to: hidden, bias, layout });
  const pre = g.hook(projected, hidden, [`${block}.mlp.hook_pre`, modules.in]);
  const post = g.hook(options.activation(g, pre), hidden, [`${block}.mlp.hook_post`, modules.activation]);
  return linear(g, post, { module: modules.out, from: hidden, to: width, bias, layout });
}
