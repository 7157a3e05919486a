import type { ErrorJson } from '../worker/protocol.ts';

/** How a run is named in events: enough to recognise it without a look into the database. */
export interface RunLabel {
  readonly runId: number;
  readonly runHash: string;
  readonly variant: string;
  /** Coefficient and whatever else varies, e.g. `k=32`. */
  readonly coefficient: string;
  readonly hook: string;
  readonly width: number;
  readonly seed: number;
}

/** Where an SAE is. */
export interface SaePlace {
  /** Absolute. */
  readonly folder: string;
  /** Another machine, on which the folder is. */
  readonly host?: string;
}

/** Runs by what became of them in this call. */
export interface SweepCounts {
  /** Finished in this call. */
  finished: number;
  /** Finished earlier, by this or another sweep. */
  skipped: number;
  failed: number;
  /** In this call, or earlier and not tried again. */
  diverged: number;
  interrupted: number;
}

/** What a sweep tells while it goes on. `seconds` and `secondsLeft` are in seconds of wall time. */
export type SweepEvent =
  | {
      readonly type: 'sweep.started';
      readonly sweepId: number;
      readonly name: string;
      readonly runs: number;
      readonly toRun: number;
      readonly dataDir: string;
    }
  /** What is worth knowing before anything is trained. */
  | { readonly type: 'sweep.warning'; readonly message: string }
  /** A signal asked for an orderly end. */
  | { readonly type: 'sweep.stopping'; readonly message: string }
  /** A line that a worker process printed while it trained. */
  | { readonly type: 'worker.output'; readonly line: string }
  | { readonly type: 'activations.started'; readonly hooks: readonly string[] }
  | {
      readonly type: 'activations.progress';
      readonly documents: number;
      readonly tokens: number;
      readonly rows: number;
      readonly tokensPerSecond: number;
      /** Null before anything is known. */
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
  | (RunLabel & {
      readonly type: 'run.finished';
      readonly seconds: number;
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
  | (RunLabel & {
      readonly type: 'run.skipped';
      /** Null where the files are missing, and nobody wants them back. */
      readonly sae: SaePlace | null;
    })
  | ({
      readonly type: 'sweep.finished';
      readonly sweepId: number;
      readonly runs: number;
      readonly seconds: number;
      /** What ended the sweep before its runs were done. */
      readonly error?: ErrorJson;
    } & SweepCounts);

/** Shows a sweep's events to someone or something. */
export interface Reporter {
  report(event: SweepEvent): void;
  close(): void;
}
