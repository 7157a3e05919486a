import type { CompareRow } from './compare-row.ts';
import { placeOf } from './layer.ts';

/** Keys that decide which activations an SAE reads. */
const READS = new Set(['hook', 'activations']);

/**
 * What runs must share to be compared with each other: hook, activations and width, except what they are grouped by. Runs
 * of different settings are never matched, and never on one front.
 */
export function settingOf(row: CompareRow, by: string): string {
  return JSON.stringify([...placesOf(row, by), ...(by === 'width' ? [] : [row.width])]);
}

function placesOf({ hook, activations }: CompareRow, by: string): string[] {
  if (READS.has(by) || by.startsWith('activations.')) return [];
  // Every layer has its own activations.
  return by === 'layer' ? [placeOf(hook)] : [hook, activations];
}
