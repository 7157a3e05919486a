import type { Run, VariantRow } from '@sae-lab/db/reading';

/**
 * Whether a setting has the value that it would have if the author had not written it; undefined if that is not known.
 *
 * @param path in the run's configuration, e.g. `training.learningRate` or `hyper.auxWeight`
 */
export function isDefault(
  run: Pick<Run, 'config' | 'hyper' | 'defaults'>,
  variant: Pick<VariantRow, 'hyperSchema'> | undefined,
  path: string,
): boolean | undefined {
  const keys = path.split('.');
  if (keys[0] === 'hyper') {
    const { properties } = (variant?.hyperSchema ?? {}) as {
      properties?: Record<string, { default?: unknown }>;
    };
    const declared = properties?.[keys[1]!];
    return declared === undefined || keys.length > 2
      ? undefined
      : 'default' in declared && isEqual(run.hyper[keys[1]!], declared.default);
  }
  if (run.defaults === null) return undefined;
  const value = at(run.defaults, keys);
  return value !== undefined && isEqual(at(run.config, keys), value);
}

function at(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (inner as Record<string, unknown> | null | undefined)?.[key],
    value,
  );
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
