import type { EvaluationProgress } from '@sae-lab/core';
import type { EvaluationRow } from '@sae-lab/db';
import type { SubjectLabel } from '../evaluate/evaluated-hook.ts';
import type { ErrorJson } from '../worker/protocol.ts';

/** How events name a run: enough to recognise it without the database. */
export interface RunLabel {
  /** The integer key of the run's row. */
  readonly runId: number;
  /** The run's identity, a sha256. */
  readonly runHash: string;
  readonly variant: string;
  /** The coefficient and every other setting that varies, e.g. `k=32`. */
  readonly coefficient: string;
  readonly hook: string;
  readonly width: number;
  readonly seed: number;
}

/** Where an SAE is stored. */
export interface SaePlace {
  /** An absolute path, or an address in the store. */
  readonly folder: string;
  /** The machine that has the folder, if it is not this one. */
  readonly host?: string;
  /** Whether the folder is a place in the store. */
  readonly isStored?: boolean;
}

/** Counts of runs by how they ended in this call. */
export interface SweepCounts {
  /** Finished in this call. */
  finished: number;
  /** Finished earlier, by this or another sweep. */
  skipped: number;
  failed: number;
  /** In this call, or earlier and not retried. */
  diverged: number;
  interrupted: number;
  /** Cancelled by a reader, in this call or earlier. */
  cancelled: number;
}

/** Counts of evaluations, one for each SAE, by how they ended in this call. */
export interface EvaluationCounts {
  finished: number;
  /** Finished earlier, or by another process. */
  skipped: number;
  failed: number;
  interrupted: number;
}

/** The evaluation that an event belongs to. */
interface EvaluationName {
  /** E.g. `ce`. */
  readonly evaluation: string;
  readonly hook: string;
}

/** Figures with their 95 % intervals over documents. */
export type MeasuredFigures = EvaluationRow['figures'];

/** What a sweep or `pnpm evaluate` reports about evaluations. */
export type EvaluationEvent =
  | { readonly type: 'evaluations.started'; readonly jobs: number; readonly evaluations: number }
  /** One pass over the data for several SAEs. */
  | (EvaluationName & {
      readonly type: 'evaluation.started' | 'evaluation.interrupted';
      readonly job: number;
      readonly saes: number;
    })
  | (EvaluationName &
      EvaluationProgress & {
        readonly type: 'evaluation.progress';
        readonly job: number;
        readonly saes: number;
        readonly perSecond: number;
        /** Null until it can be estimated. */
        readonly secondsLeft: number | null;
      })
  | (EvaluationName & { readonly type: 'evaluation.warning'; readonly message: string })
  | (EvaluationName &
      SubjectLabel & {
        readonly type: 'evaluation.finished';
        readonly version: number;
        readonly settings: object;
        readonly tokens: number;
        readonly documents: number;
        readonly seconds: number;
        readonly figures: MeasuredFigures;
      })
  | (EvaluationName &
      SubjectLabel & {
        readonly type: 'evaluation.skipped';
        /** Absent if another process has just finished it. */
        readonly figures?: MeasuredFigures;
      })
  | (EvaluationName & SubjectLabel & { readonly type: 'evaluation.failed'; readonly error: ErrorJson })
  /** A pair of SAEs whose latents are matched. Each has the id of its run, or its own. */
  | (EvaluationName & {
      readonly type: 'evaluation.matched';
      readonly runA?: number;
      readonly saeA?: number;
      readonly runB?: number;
      readonly saeB?: number;
      /** Readable names, e.g. `topk k=32, width 1024, seed 0`. */
      readonly a: string;
      readonly b: string;
      /** Whether an earlier call stored it. */
      readonly earlier: boolean;
      readonly seconds?: number;
      /** By key of `MATCH_FIGURES`. */
      readonly figures: Readonly<Record<string, number>>;
      /** The same figures of random directions, where they have them. */
      readonly random: Readonly<Record<string, number>>;
    })
  | ({ readonly type: 'evaluations.finished'; readonly seconds: number } & EvaluationCounts);

/** What a sweep reports while it runs. `seconds` and `secondsLeft` are wall time. */
export type SweepEvent =
  | EvaluationEvent
  | {
      readonly type: 'sweep.started';
      readonly sweepId: number;
      readonly name: string;
      readonly runs: number;
      readonly toRun: number;
      readonly dataDir: string;
    }
  /** Something to know before training starts. */
  | { readonly type: 'sweep.warning'; readonly message: string }
  /** Files of the model are being downloaded from the hub. */
  | {
      readonly type: 'download.progress';
      readonly bytes: number;
      readonly totalBytes: number;
      readonly bytesPerSecond: number;
      /** Null until it can be estimated. */
      readonly secondsLeft: number | null;
    }
  /** A signal asked the sweep to stop. */
  | { readonly type: 'sweep.stopping'; readonly message: string }
  /** A line that a worker process printed. */
  | { readonly type: 'worker.output'; readonly line: string }
  /** Whether activations are kept on disk or streamed, and why. */
  | {
      readonly type: 'activations.store';
      readonly store: 'cache' | 'stream';
      readonly reason: string;
      /** Activations that are shuffled together, if not all are. */
      readonly windowRows?: number;
      /** Windows of each hook on disk at once, without the first. */
      readonly ringWindows?: number;
    }
  | { readonly type: 'activations.started'; readonly hooks: readonly string[] }
  | {
      readonly type: 'activations.progress';
      readonly documents: number;
      readonly tokens: number;
      readonly rows: number;
      readonly tokensPerSecond: number;
      /** Null until it can be estimated. */
      readonly secondsLeft: number | null;
    }
  | { readonly type: 'activations.warning'; readonly message: string }
  | { readonly type: 'activations.finished'; readonly hooks: readonly string[]; readonly seconds: number }
  | (RunLabel & { readonly type: 'run.started' })
  | (RunLabel & { readonly type: 'run.warning'; readonly message: string })
  | (RunLabel & {
      readonly type: 'run.progress';
      readonly step: number;
      readonly totalSteps: number;
      readonly tokensPerSecond: number;
      readonly secondsLeft: number;
    })
  /** The run waits for activations. */
  | (RunLabel & { readonly type: 'run.paused'; readonly step: number })
  | (RunLabel & {
      readonly type: 'run.finished';
      readonly seconds: number;
      /** Final numbers by key, e.g. `explained_variance`. */
      readonly figures: Record<string, number>;
      readonly sae: SaePlace | null;
    })
  | (RunLabel & { readonly type: 'run.failed'; readonly error: ErrorJson })
  | (RunLabel & {
      readonly type: 'run.diverged';
      readonly step: number | null;
      readonly error: ErrorJson;
      readonly earlier: boolean;
    })
  | (RunLabel & { readonly type: 'run.interrupted'; readonly step: number })
  /** A reader cancelled the run. */
  | (RunLabel & { readonly type: 'run.cancelled'; readonly step: number; readonly earlier: boolean })
  /** A reader put the run back, and this sweep will train it. */
  | (RunLabel & { readonly type: 'run.requeued' })
  | (RunLabel & {
      readonly type: 'run.skipped';
      /** Null if the files are missing and `--keep-missing` was given. */
      readonly sae: SaePlace | null;
    })
  | ({
      readonly type: 'sweep.finished';
      readonly sweepId: number;
      readonly runs: number;
      readonly seconds: number;
      /** The error that ended the sweep early. */
      readonly error?: ErrorJson;
    } & SweepCounts);

export function isEvaluationEvent(event: { readonly type: string }): event is EvaluationEvent {
  return event.type.startsWith('evaluation');
}

/** Presents the events of a sweep. */
export interface Reporter {
  report(event: SweepEvent): void;
  close(): void;
}
