import type { ErrorInfo } from './error-info.ts';

/** Errors of variants, for their authors. A variant that refuses its own hyperparameters adds a code here. */
export const VARIANT_ERRORS = {
  'variant.k-too-large': {
    meaning: 'k is larger than the number of latents.',
    fix: 'Lower k or raise the width.',
  },
  'variant.groups-too-narrow': {
    meaning: 'A group of a nested dictionary has no latent.',
    fix: 'Raise the width or use fewer groups.',
  },
  'variant.unnamed-parameter': {
    meaning: 'The parameters and the roles of a variant do not agree.',
    fix: 'Create every parameter in init and name it in roles.',
  },
  'variant.two-roles': {
    meaning: 'A parameter has more than one role.',
    fix: 'Use a separate parameter for each role.',
  },
  'variant.shared-tensor': {
    meaning: 'Two parameters are initialised with the same tensor.',
    fix: 'Initialise one of them with tf.clone of the other.',
  },
  'variant.wrong-shape': {
    meaning: 'A tensor that a variant returns has another shape than the contract says.',
    fix: 'Fix the function that the message names.',
  },
  'variant.wrong-state': {
    meaning: 'update returns another state than init.',
    fix: 'Return every tensor of the state, with the same shape and type.',
  },
  'variant.wrong-curves': {
    meaning: 'log() and the declared curves of a variant do not agree.',
    fix: 'Return a scalar tensor for each declared curve, and nothing else.',
  },
  'variant.no-gradient': {
    meaning: 'A loss does not depend on a parameter, or uses an operation without a gradient.',
    fix: 'Use the parameter in encode, decode or a loss, or move it to the state. Choose latents with ops.encode and wrap constants in detach.',
  },
  'variant.not-finite': {
    meaning: 'A variant produced a non-finite value from finite weights.',
    fix: 'Look for a division by zero, or the derivative of a root or logarithm at 0; tf.divNoNan helps.',
  },
  'variant.leaks': {
    meaning: 'A variant leaves tensors in memory in each step.',
    fix: 'Do not use tf.keep, and create no tensors in promises.',
  },
  'variant.package-missing': {
    meaning: 'A worker has no package of the variant of a run.',
    fix: 'Add the package to the checkout and run `pnpm install`. Until then, other workers train its runs.',
  },
  'variant.other-version': {
    meaning: 'A worker has another version of a variant than the run was defined with.',
    fix: 'Check out the commit that the sweep was started from, or start the sweep again from this one.',
  },
  'variant.nonconforming': {
    meaning: 'A variant fails a conformance test.',
    fix: 'Fix what the message names.',
  },
} as const satisfies Record<string, ErrorInfo>;
