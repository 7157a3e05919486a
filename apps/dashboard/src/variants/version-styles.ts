import type { MarkStyle } from '../charts/mark-style.ts';
import { earlierVersionStyle, variantStyle } from './variant-style.ts';

/** A version of a variant in the database. */
export interface VariantVersion {
  readonly name: string;
  readonly mathVersion: number;
}

interface VersionedRun {
  readonly variant: string;
  readonly mathVersion: number;
  /** Of {@link versionedNames}. */
  readonly versionedVariant: string;
}

/** The variant of each run, with its version where these runs have several: `topk v2`. */
export function versionedNames(
  runs: readonly Pick<VersionedRun, 'variant' | 'mathVersion'>[],
): readonly string[] {
  const versions = Map.groupBy(runs, ({ variant }) => variant);
  const several = new Set(
    [...versions].flatMap(([variant, members]) =>
      new Set(members.map(({ mathVersion }) => mathVersion)).size > 1 ? [variant] : [],
    ),
  );
  return runs.map(({ variant, mathVersion }) =>
    several.has(variant) ? `${variant} v${mathVersion}` : variant,
  );
}

/**
 * The styles of the variants of these runs by their versioned name. The newest version looks as the variant does on every
 * page; earlier ones look like nothing else.
 *
 * @param variants all versions of all variants in the database
 */
export function versionStyles(
  runs: readonly VersionedRun[],
  variants: readonly VariantVersion[],
): ReadonlyMap<string, MarkStyle> {
  const names = [...new Set(variants.map(({ name }) => name))];
  const newest = new Map<string, number>();
  const known = runs.map(({ variant, mathVersion }) => ({ name: variant, mathVersion }));
  for (const version of [...variants, ...known])
    newest.set(version.name, Math.max(version.mathVersion, newest.get(version.name) ?? 0));
  const isEarlier = (run: VersionedRun) =>
    run.versionedVariant !== run.variant && run.mathVersion !== newest.get(run.variant);
  const earlier = runs.filter(isEarlier).map(({ versionedVariant }) => versionedVariant);
  return new Map(
    runs.map((run) => [
      run.versionedVariant,
      isEarlier(run)
        ? earlierVersionStyle(run.versionedVariant, earlier, names)
        : variantStyle(run.variant, names),
    ]),
  );
}
