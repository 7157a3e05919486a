import type { CompareRow } from './compare-row.ts';

/** Keys that decide which activations an SAE reads. */
const READS = new Set(['hook', 'activations']);

/**
 * What runs must share to be compared with each other: hook, activations and width, except what they are grouped by. Runs
 * of different settings are never matched, and never on one front.
 */
export function settingOf(row: CompareRow, by: string): string {
  const place = READS.has(by) || by.startsWith('activations.') ? [] : [row.hook, row.activations];
  return JSON.stringify([...place, ...(by === 'width' ? [] : [row.width])]);
}
