/** The language of filters over runs and latents. Pure: browsers use it too. */
export { checkFilter } from './check.ts';
export { completionAt, type Completion } from './complete.ts';
export type { Expression, FilterProblem, Parsed, Span } from './expression.ts';
export { OPERATORS } from './expression.ts';
export { findKey, RUN_FIELDS, RUN_STATUSES, type RunField, type RunKey } from './keys.ts';
export { LATENT_FIELDS, LATENT_KEYS, type LatentField, type LatentKey } from './latent-keys.ts';
export { parseFilter } from './parse.ts';
export { asValue, printFilter } from './print.ts';
