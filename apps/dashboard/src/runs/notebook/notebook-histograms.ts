/** The histograms of the introductory notebook. Its third plot has the loss curves. */
export const NOTEBOOK_HISTOGRAMS: readonly string[] = ['code_activations', 'active_units'];

export function isOfNotebook(histogram: string): boolean {
  return NOTEBOOK_HISTOGRAMS.includes(histogram);
}
