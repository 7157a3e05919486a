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
  // As it is written, which is quickly had, and in canonical form, which tells.
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
