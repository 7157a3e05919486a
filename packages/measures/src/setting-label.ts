import { labelOfKey } from './measure.ts';

/** Settings whose key does not read as words, by their path in a configuration. */
const LABELS: Readonly<Record<string, string>> = {
  beta1: 'Adam β₁',
  beta2: 'Adam β₂',
  epsilon: 'Adam ε',
  warmup: 'Learning-rate warmup',
  decay: 'Learning-rate decay',
  sparsityWarmup: 'Sparsity warmup',
  normalize: 'Normalised activations',
  deadAfter: 'Dead after, share of the run',
  gradientClip: 'Gradient clipping, norm',
  maxTokens: 'Tokens, at most',
  maxRows: 'Rows, at most',
  holdout: 'Held-out share',
  also: 'Further evaluations',
  dIn: 'Dimensions',
  active: 'Active features',
  shardRows: 'Rows in a shard',
  frequencyExponent: 'Frequency exponent',
  auxWeight: 'AuxK weight',
  'strengths.law': 'Strengths, distribution',
  'strengths.low': 'Strengths, smallest',
  'strengths.high': 'Strengths, largest',
  'strengths.mean': 'Strengths, mean',
  'strengths.value': 'Strengths, value',
  'resample.every': 'Resampling, share of the run between',
  'resample.rows': 'Resampling, rows',
  'resample.until': 'Resampling until, share of the run',
  hostname: 'Host name',
  pid: 'Process id',
  lockfileHash: 'Hash of the lockfile',
};

/** Levels of a configuration that say nothing where a heading names them. */
const LEVELS = /^(synthetic|imported)\.(spec\.)?/;

/**
 * What to show of a setting.
 *
 * @param path its keys, joined by dots, e.g. `synthetic.spec.strengths.law`
 * @example
 * settingLabel('learningRate') // 'Learning rate'
 */
export function settingLabel(path: string): string {
  const short = path.replace(LEVELS, '');
  return Object.hasOwn(LABELS, short) ? LABELS[short]! : labelOfKey(short);
}
