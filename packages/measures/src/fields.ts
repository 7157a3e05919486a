/** One field of a configuration, as deep as objects go; arrays are values. */
export interface Field {
  /** Path from the configuration's root, e.g. `training.learningRate`. */
  readonly path: string;
  readonly value: unknown;
  /** The value as canonical JSON: equal texts are equal values. */
  readonly text: string;
}

/** A part of a configuration. Equal parts are one object, whatever objects they were read from. */
export interface Part {
  readonly id: number;
  readonly fields: readonly Field[];
}

/**
 * Reads parts of configurations. A sweep of 100,000 runs has few distinct ones, so later steps compare ids rather than
 * contents.
 */
export function partReader(): (path: string, value: unknown) => Part {
  const byText = new Map<string, Part>();
  const byObject = new WeakMap<object, Map<string, Part>>();
  const read = (path: string, value: unknown): Part => {
    const fields = flatten(path, value).toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const text = JSON.stringify([path, ...fields.map((field) => [field.path, field.text])]);
    const part = byText.get(text) ?? { id: byText.size, fields };
    byText.set(text, part);
    return part;
  };
  return (path, value) => {
    if (typeof value !== 'object' || value === null) return read(path, value);
    const known = byObject.get(value) ?? new Map<string, Part>();
    byObject.set(value, known);
    const part = known.get(path) ?? read(path, value);
    known.set(path, part);
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

/** A key with a dot in it must not read as two keys. */
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
