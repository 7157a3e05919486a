import { SaeLabError } from '@sae-lab/errors';
import { packageOfVariant, variantFromPackage, type VariantPackage } from '../definition/variant-package.ts';
import type { SweepPlan } from '../plan/sweep-plan.ts';

/**
 * Refuses a sweep that workers cannot train.
 *
 * @returns the packages of its variants, by the variant's name
 * @throws {SaeLabError} `queue.no-package` for a variant without a package, `queue.streamed` for activations that are
 *   streamed
 */
export async function requireForQueue(plan: SweepPlan): Promise<Map<string, VariantPackage>> {
  const packages = await packagesOf(plan);
  if (plan.store.kind === 'stream') throw streamed(plan.store.reason);
  return packages;
}

async function packagesOf({ experiment }: SweepPlan): Promise<Map<string, VariantPackage>> {
  const packages = new Map<string, VariantPackage>();
  for (const { variant, path } of experiment.definition.combinations) {
    if (packages.has(variant.name)) continue;
    const found = await packageOfVariant(variant.name);
    // An experiment may define another variant under the name of a package.
    const own = await variantFromPackage(variant).catch(() => undefined);
    if (found === undefined || own !== variant) {
      throw new SaeLabError('queue.no-package', {
        problem: 'is defined in the experiment, and workers take variants from packages',
        field: path,
        expected: `a variant of packages/variants`,
        received: variant.name,
        fix: 'Make it a package with `pnpm new:variant`, or run the sweep without --detach and --wait.',
      });
    }
    packages.set(variant.name, found);
  }
  return packages;
}

function streamed(reason: string): SaeLabError {
  return new SaeLabError('queue.streamed', {
    problem: `the activations are streamed while runs train (${reason}), which one process must do`,
    field: 'activations.store',
    expected: "'cache'",
    fix: "Set it to 'cache', free some space, or run the sweep without --detach and --wait.",
  });
}
