/** What runs are filtered, sorted and shown by. */
export interface RunKey {
  readonly key: string;
  /** A column of the run, a figure of it or of its evaluations, or a setting. */
  readonly kind: 'field' | 'figure' | 'setting';
  /** `setting`: numbers and text may occur in one key. `list`: several texts a run, e.g. its sweeps. */
  readonly type: 'number' | 'text' | 'time' | 'status' | 'list' | 'setting';
}

/** The columns of a run, in the order in which they are offered. */
export const RUN_FIELDS = {
  variant: 'text',
  coefficient: 'setting',
  hook: 'text',
  model: 'text',
  width: 'number',
  seed: 'number',
  configuration: 'text',
  status: 'status',
  sweep: 'list',
  tag: 'list',
  progress: 'number',
  step: 'number',
  seconds: 'number',
  queued: 'time',
  started: 'time',
  finished: 'time',
  error: 'text',
  commit: 'text',
  activations: 'text',
  hash: 'text',
  id: 'number',
} as const satisfies Record<string, RunKey['type']>;

export type RunField = keyof typeof RUN_FIELDS;

export const FIELD_KEYS: readonly RunKey[] = Object.entries(RUN_FIELDS).map(([key, type]) => ({
  key,
  kind: 'field',
  type,
}));

export const RUN_STATUSES = [
  'queued',
  'running',
  'finished',
  'failed',
  'diverged',
  'interrupted',
  'cancelled',
] as const;

/** Finds a key as a filter writes it. A hyperparameter needs no `hyper.` unless a field or figure has its name. */
export function findKey<Key extends RunKey>(keys: readonly Key[], written: string): Key | undefined {
  return keys.find(({ key }) => key === written) ?? keys.find(({ key }) => key === `hyper.${written}`);
}
