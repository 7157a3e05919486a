import type { QueueName } from '../queue/queues.ts';
import type { RunLabel, SweepEvent } from '../report/events.ts';
import type { ErrorJson } from '../worker/protocol.ts';

/** What a worker did, in numbers of runs or jobs. */
export interface ServedCounts {
  finished: number;
  failed: number;
  diverged: number;
  cancelled: number;
  /** Runs that continue later, here or elsewhere. */
  handedBack: number;
  /** Runs and other jobs that this machine cannot do. */
  left: number;
  /** Sweeps whose activations were extracted for an invitation. */
  extracted: number;
  /** Sweeps that were evaluated. */
  evaluated: number;
}

/** What `pnpm worker` reports while it runs. */
export type ServeEvent =
  | SweepEvent
  | {
      readonly type: 'worker.started';
      readonly workerId: number;
      readonly queues: readonly QueueName[];
      readonly concurrency: number;
      readonly device: string;
      readonly dataDir: string;
    }
  /** Nothing can be taken at the moment: what is outstanding is being done by others, or comes back later. */
  | { readonly type: 'worker.waiting'; readonly outstanding: number }
  /** A job that this machine cannot do. It waits for another one. */
  | {
      readonly type: 'worker.left';
      readonly queue: QueueName;
      readonly run?: RunLabel;
      readonly error: ErrorJson;
    }
  /** The attempt ended, and the run waits to be continued. */
  | {
      readonly type: 'worker.handed-back';
      readonly run: RunLabel;
      readonly reason: string;
      readonly error?: object;
    }
  | ({ readonly type: 'worker.ended'; readonly why: string; readonly seconds: number } & ServedCounts);
