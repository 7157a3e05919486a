import 'server-only';
import { listVariants, type Db } from '@sae-lab/db/reading';
import { ALL_FIGURES, CURVES, curvesIn, HISTOGRAMS, histogramsIn, type Keyed } from '@sae-lab/measures';

export async function variantsAnswer(db: Db) {
  const variants = await listVariants(db);
  return {
    variants: variants.map(({ name, mathVersion, paper, sparsity, hyperSchema, curves, ...from }) => ({
      name,
      mathVersion,
      paper,
      sparsity,
      hyperSchema,
      curves,
      package: { name: from.packageName, version: from.packageVersion },
    })),
  };
}

export function measuresAnswer() {
  return {
    figures: ALL_FIGURES.map(sent),
    curves: curvesIn(Object.keys(CURVES)).map(sent),
    histograms: histogramsIn(Object.keys(HISTOGRAMS)).map(({ key, label, axis, meaning }) => ({
      key,
      label,
      axis,
      meaning,
    })),
  };
}

function sent({ key, label, unit, better = 'neither', meaning }: Keyed) {
  return { key, label, ...(unit !== undefined && { unit }), better, meaning };
}
