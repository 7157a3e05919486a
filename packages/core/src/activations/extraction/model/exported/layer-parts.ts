import type { ModelConfig } from '../model-config.ts';
import type { LayerModules } from './architectures.ts';
import type { GraphWalk } from './graph-walk.ts';
import { findLinear, type Linear } from './linear.ts';
import { normBefore, type Norm } from './norm.ts';
import { findProjections, firstLinear, type Projections } from './projections.ts';
import type { SideNodes } from './side-nodes.ts';

/** The parts of a layer. Those that a graph does not have in a known form are undefined. */
export interface LayerParts {
  readonly projections: Projections | undefined;
  readonly attentionOut: Linear | undefined;
  readonly mlpIn: Linear | undefined;
  readonly mlpUp: Linear | undefined;
  readonly mlpOut: Linear | undefined;
  /** The norm before attention, and the one before the MLP. */
  readonly norms: readonly [Norm | undefined, Norm | undefined];
  /** Width of the residual stream. */
  readonly width: number | undefined;
}

/** @param layer the module path of the layer */
export function findParts(
  walk: GraphWalk,
  side: SideNodes,
  { layer, modules, config }: { layer: string; modules: LayerModules; config: ModelConfig },
): LayerParts {
  const find = (path: string): Linear | undefined => findLinear(walk, side, `${layer}.${path}`);
  const projections = findProjections(walk, side, { layer, modules, config });
  const mlpIn = find(modules.mlpIn);
  return {
    projections,
    attentionOut: firstLinear(walk, side, layer, modules.attentionOut),
    mlpIn,
    mlpUp: modules.mlpUp === undefined ? undefined : find(modules.mlpUp),
    mlpOut: find(modules.mlpOut),
    norms: [
      projections && normBefore(walk, side, projections.input),
      mlpIn && normBefore(walk, side, mlpIn.input),
    ],
    width: projections?.from ?? mlpIn?.from,
  };
}
