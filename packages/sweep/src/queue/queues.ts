import type { ChosenDevice } from '@sae-lab/kernels';
import type { RunLabel } from '../report/events.ts';
import type { VariantPackage } from '../definition/variant-package.ts';

/** The queues, one per need, in the order in which a worker looks for work. */
export const QUEUES = ['extract', 'train.gpu', 'train.cpu', 'evaluate'] as const;
export type QueueName = (typeof QUEUES)[number];
export type TrainingQueue = Extract<QueueName, `train.${string}`>;

export function trainingQueue(device: ChosenDevice): TrainingQueue {
  return device === 'cpu' ? 'train.cpu' : 'train.gpu';
}

/** Where an invitation comes from. */
export interface Origin {
  readonly sweepId: number;
  /** Commit of the checkout that planned the sweep; null outside git. */
  readonly commit: string | null;
  /** Folder of that checkout. Paths in it are those of the worker's own checkout. */
  readonly projectRoot: string;
}

/** An invitation to train a run. The run's row has its specification and says whether it is still to be trained. */
export interface TrainInvitation extends Origin {
  readonly label: RunLabel;
  readonly variantPackage: VariantPackage;
}

/** What the invitations of each queue carry. */
export interface Invitations {
  'train.cpu': TrainInvitation;
  'train.gpu': TrainInvitation;
  /** To extract the activations of a sweep's pending runs. */
  extract: Origin;
  /** To make the evaluations that a sweep asks for, once its runs are over. */
  evaluate: Origin;
}
