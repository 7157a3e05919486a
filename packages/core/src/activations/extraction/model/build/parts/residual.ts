/** Names of a layer's output, which is also the next layer's input. The first is the canonical one. */
export function residualNames(layer: number, layers: number, module: string): string[] {
  const next = layer + 1 < layers ? [`blocks.${layer + 1}.hook_resid_pre`] : [];
  return [`blocks.${layer}.hook_resid_post`, ...next, module];
}
