/** A leaf of a configuration. Arrays count as values. */
export interface Field {
  /** The path from the root, e.g. `training.learningRate`. */
  readonly path: string;
  readonly value: unknown;
  /** The value as canonical JSON, so that equal texts mean equal values. */
  readonly text: string;
}

/** A part of a configuration. Equal parts are the same object, whatever they were read from. */
export interface Part {
  readonly id: number;
  readonly fields: readonly Field[];
}

/**
 * Reads parts of configurations. Even a sweep of 100,000 runs has few distinct parts, so later steps compare ids instead
 * of contents.
 */
export function partReader(): (path: string, value: unknown) => Part {
  // By the JSON as it is, which is fast, and by the canonical form, which is exact.
  const byText = new Map<string, Part>();
  const byFields = new Map<string, Part>();
  return (path, value) => {
    const text = `${path} ${JSON.stringify(value)}`;
    const known = byText.get(text);
    if (known !== undefined) return known;
    const fields = flatten(path, value).toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const key = JSON.stringify([path, ...fields.map((field) => [field.path, field.text])]);
    const part = byFields.get(key) ?? { id: byFields.size, fields };
    byFields.set(key, part);
    byText.set(text, part);
    return part;
  };
}

function flatten(path: string, value: unknown): Field[] {
  if (value === undefined) return [];
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    if (entries.length > 0)
      return entries.flatMap(([key, inner]) => flatten(`${path}.${segment(key)}`, inner));
  }
  return [{ path, value, text: canonical(value) }];
}

/** Quotes a key that contains a dot, so that it does not read as two keys. */
function segment(key: string): string {
  return /^[\w$-]+$/.test(key) ? key : JSON.stringify(key);
}

function canonical(value: unknown): string {
  const sorted = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) as string | undefined;
  return sorted ?? 'null';
}
