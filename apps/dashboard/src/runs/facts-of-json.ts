import { NOTHING } from '@sae-lab/measures';

/** Nested JSON as a flat list: `training.batchSize`, `1024`. */
export function factsOfJson(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, inner]) => factsOfJson(inner, path ? `${path}.${key}` : key));
  }
  return [[path, text(value)]];
}

function text(value: unknown): string {
  if (value === null || value === undefined || value === '') return NOTHING;
  // All digits: what is rounded alike need not be alike.
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.length === 0 ? NOTHING : value.map(text).join(' ');
  return JSON.stringify(value);
}
