import { NOTHING, short } from '../format/number.ts';

const exact = short(6);

/** Nested JSON as a flat list: `training.batchSize`, `1024`. */
export function factsOfJson(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, inner]) => factsOfJson(inner, path ? `${path}.${key}` : key));
  }
  return [[path, text(value)]];
}

function text(value: unknown): string {
  if (value === null || value === undefined || value === '') return NOTHING;
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : exact(value);
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.length === 0 ? NOTHING : value.map(text).join(' ');
  return JSON.stringify(value);
}
