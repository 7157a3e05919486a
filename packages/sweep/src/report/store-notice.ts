import { visibleText } from '@sae-lab/command-line';

/**
 * Which store a worker uses, and whether others use another one with the same database.
 *
 * @param location of the worker's store; null without one
 * @param known locations that were used before
 */
export function storeNotice(location: string | null, known: readonly string[]): string | undefined {
  const isNew = known.length > 0 && !(location !== null && known.includes(location));
  if (!isNew) return location === null ? undefined : `store: ${visibleText(location)}`;
  const others = known.map((other) => visibleText(other)).join(', ');
  const own = location === null ? 'no store' : `the store ${visibleText(location)}`;
  return (
    `warning: This worker uses ${own}, and others with the same database use ${others}. Machines do not find each ` +
    "other's files there. Set SAE_LAB_STORE to the same on all of them."
  );
}
