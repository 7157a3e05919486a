import { COMMAND_ERRORS } from './codes/commands.ts';
import { DATABASE_ERRORS } from './codes/database.ts';
import type { ErrorInfo } from './codes/error-info.ts';
import { EVALUATION_ERRORS } from './codes/evaluations.ts';
import { EXPLANATION_ERRORS } from './codes/explanations.ts';
import { FILTER_ERRORS } from './codes/filters.ts';
import { HUB_ERRORS } from './codes/hub.ts';
import { INPUT_ERRORS } from './codes/inputs.ts';
import { KERNEL_ERRORS } from './codes/kernels.ts';
import { LAUNCH_ERRORS } from './codes/launches.ts';
import { RUN_ERRORS } from './codes/running.ts';
import { SAE_ERRORS } from './codes/saes.ts';
import { SHARING_ERRORS } from './codes/sharing.ts';
import { SPOOL_ERRORS } from './codes/spools.ts';
import { STORE_ERRORS } from './codes/stores.ts';
import { VARIANT_ERRORS } from './codes/variants.ts';

const ALL = {
  ...COMMAND_ERRORS,
  ...INPUT_ERRORS,
  ...HUB_ERRORS,
  ...RUN_ERRORS,
  ...EVALUATION_ERRORS,
  ...EXPLANATION_ERRORS,
  ...SAE_ERRORS,
  ...SHARING_ERRORS,
  ...SPOOL_ERRORS,
  ...LAUNCH_ERRORS,
  ...STORE_ERRORS,
  ...VARIANT_ERRORS,
  ...KERNEL_ERRORS,
  ...DATABASE_ERRORS,
  ...FILTER_ERRORS,
};

/** `<area>.<what>`, e.g. `model.merged-decoder`. */
export type ErrorCode = keyof typeof ALL;

/** Every error code with its meaning. docs/errors.md is generated from this table. */
export const ERROR_CODES: Readonly<Record<ErrorCode, ErrorInfo>> = ALL;
