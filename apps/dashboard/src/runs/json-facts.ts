import { integer, settingLabel } from '@sae-lab/measures';
import type { Fact } from './facts.tsx';

/**
 * Nested JSON as a flat list of labels and values: `{ resample: { every: 0.1 } }` gives `Resample every`, `0.1`. Empty
 * values are left out.
 *
 * @param labelOf how a path is labelled
 * @param isDefault whether the value at a path is the default
 */
export function jsonFacts(
  value: unknown,
  labelOf: (path: string) => string = settingLabel,
  isDefault: (path: string) => boolean = () => false,
  path = '',
): Fact[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, inner]) =>
      jsonFacts(inner, labelOf, isDefault, path ? `${path}.${key}` : key),
    );
  }
  const text = textOf(value);
  return text === '' ? [] : [[labelOf(path), text, isDefault(path)]];
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  // A setting that is switched off.
  if (value === null) return 'none';
  // All digits: values that round to the same text may differ.
  if (typeof value === 'number') return Number.isSafeInteger(value) ? integer(value) : String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join(' ');
  return JSON.stringify(value);
}
