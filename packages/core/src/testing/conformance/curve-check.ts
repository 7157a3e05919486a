import { lossGradients } from '../../training/loss-gradients.ts';
import { batch, contextOf, fail, perturbed, STAGES, at, type Check } from './subject.ts';

/** `log` returns one finite scalar for each declared curve, at every stage of a run. */
export const logsItsCurves: Check = async (variant, hyper) => {
  const state = await perturbed(variant, hyper);
  for (const [name, { label, meaning }] of Object.entries(variant.curves ?? {})) {
    if (label === '' || meaning === '') fail('has no label or no meaning', { field: `curves.${name}` });
  }
  for (const progress of STAGES) {
    const { scalars } = lossGradients({
      variant,
      hyper,
      params: state.params,
      x: batch(),
      context: contextOf(state, progress),
      sparsityFactor: 1,
      measure: true,
    });
    for (const name of Object.keys(variant.curves ?? {})) {
      const [value] = await scalars[name]!.data();
      if (!Number.isFinite(value)) {
        fail(`is not finite ${at(progress)}`, { field: `log().${name}`, received: String(value) });
      }
    }
  }
};
