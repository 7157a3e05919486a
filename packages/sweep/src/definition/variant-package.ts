import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '@sae-lab/command-line';
import type { RunSpec, Variant } from '@sae-lab/core';
import { SaeLabError } from '@sae-lab/errors';

/** The package of a variant, as runs record it. */
export interface VariantPackage {
  readonly name: string;
  readonly version: string;
}

/** The package of a variant: its folder has the variant's name. Undefined for a variant that an experiment defines. */
export async function packageOfVariant(
  variant: string,
  projectRoot: string = PROJECT_ROOT,
): Promise<VariantPackage | undefined> {
  const manifest = await readManifest(variant, projectRoot);
  return manifest && { name: manifest.name, version: manifest.version };
}

/**
 * Takes a variant from its package, without the experiment that chose it.
 *
 * @throws {SaeLabError} `variant.package-missing`, `variant.other-version`
 */
export async function variantFromPackage({ name, mathVersion }: RunSpec['variant']): Promise<Variant> {
  const manifest = await readManifest(name, PROJECT_ROOT);
  if (manifest === undefined) throw packageMissing(name);
  const entry = join(dirname(manifestOf(name, PROJECT_ROOT)), manifest.exports['.']);
  const exported = Object.values((await import(pathToFileURL(entry).href)) as Record<string, unknown>);
  const found = exported.map(variantIn).find((variant) => variant?.name === name);
  if (found === undefined) throw packageMissing(name);
  if (found.mathVersion === mathVersion) return found;
  throw otherVersion(`the variant ${name}`, `math version ${mathVersion}`, String(found.mathVersion));
}

export function otherVersion(what: string, expected: string, received: string): SaeLabError {
  return new SaeLabError('variant.other-version', {
    problem: `this checkout has another version of ${what} than the run was defined with`,
    expected,
    received,
    fix: 'Check out the commit that the sweep was started from, or start the sweep again from this one.',
  });
}

export function packageMissing(variant: string): SaeLabError {
  return new SaeLabError('variant.package-missing', {
    problem: `this checkout has no package of the variant ${variant}`,
    expected: `packages/variants/${variant}`,
    fix: 'Add the package and run `pnpm install`. Until then, other workers train its runs.',
  });
}

interface Manifest extends VariantPackage {
  readonly exports: { readonly '.': string };
}

function manifestOf(variant: string, projectRoot: string): string {
  return join(projectRoot, 'packages', 'variants', variant, 'package.json');
}

async function readManifest(variant: string, projectRoot: string): Promise<Manifest | undefined> {
  // The name comes from an experiment or the database. It must not lead elsewhere.
  if (!/^[\w-]+$/.test(variant)) return undefined;
  const text = await readFile(manifestOf(variant, projectRoot), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Manifest);
}

/** The variant of what `defineVariant` returned. */
function variantIn(exported: unknown): Variant | undefined {
  if (typeof exported !== 'function' || !('variant' in exported)) return undefined;
  return exported.variant as Variant;
}
