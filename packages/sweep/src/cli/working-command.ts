import type { EnvironmentVariable } from '@sae-lab/command-line';

/** Where commands find data, other machines, models and datasets. */
export const WORKING_ENVIRONMENT = [
  'SAE_LAB_DATA',
  'DATABASE_URL',
  'SAE_LAB_DIRECT_URL',
  'SAE_LAB_STORE',
  'SAE_LAB_STORE_CACHE',
  'SAE_LAB_WORKER_TIMEOUT',
  'SAE_LAB_DEBUG',
  'HF_HOME',
  'HF_HUB_CACHE',
  'HF_TOKEN',
  'HF_ENDPOINT',
  'HF_HUB_OFFLINE',
] as const satisfies readonly EnvironmentVariable[];

/** What `pnpm sweep` and `pnpm evaluate` have in common: both print tables, and stop when they are signalled. */
export const WORKING_COMMAND = {
  environment: [...WORKING_ENVIRONMENT, 'COLUMNS', 'TERM'],
  exitCodes: [129, 130, 143],
} as const satisfies { environment: readonly EnvironmentVariable[]; exitCodes: readonly number[] };
