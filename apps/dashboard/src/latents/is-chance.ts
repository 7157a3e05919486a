/** Whether the best of all latents would reach a probing score by chance in more than one of 20 cases. */
export function isChance(pValue: number | null): boolean {
  return pValue !== null && pValue > 0.05;
}
