import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '@sae-lab/command-line';
import type { Variant } from '@sae-lab/core';

/** The variants of packages/variants, by name. */
export async function allVariants(): Promise<Variant[]> {
  const folder = join(PROJECT_ROOT, 'packages/variants');
  const names = (await readdir(folder)).toSorted();
  return Promise.all(names.map((name) => variantOf(join(folder, name, 'src/index.ts'))));
}

/** A package exports its variant as such, or as a property of the function that experiments call. */
async function variantOf(file: string): Promise<Variant> {
  const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const candidates = Object.values(exported).flatMap((value) => [
    value,
    (value as { variant?: unknown }).variant,
  ]);
  const variant = candidates.find(isVariant);
  if (variant === undefined) throw new Error(`${file} exports no variant`);
  return variant;
}

function isVariant(value: unknown): value is Variant {
  return typeof value === 'object' && value !== null && 'hyper' in value && 'mathVersion' in value;
}
