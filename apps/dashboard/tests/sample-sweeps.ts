import {
  divergeRun,
  enqueueRuns,
  failRun,
  recordProgress,
  runsOfSweep,
  saveResult,
  setSweepStatus,
  startRun,
  upsertSweep,
  type Claims,
  type Db,
  type EvaluatedRun,
  type NewRun,
} from '@sae-lab/db';

let count = 0;

/** The planned part of a stored run, under another hash and with other settings. */
export function likeRun(run: EvaluatedRun, given: Partial<NewRun> = {}): NewRun {
  const { variant, mathVersion, hyper, hook, width, seed, activationsId, config, lossConvention } = run;
  const planned = { variant, mathVersion, hyper, hook, width, seed, activationsId, config, lossConvention };
  count += 1;
  return { ...planned, runHash: count.toString(16).padStart(64, 'c'), ...given };
}

/** How a run of a sample sweep ended, or that it has not. */
export type SampleRun =
  | { readonly end: 'finished'; readonly figures: Record<string, number> }
  | { readonly end: 'failed'; readonly code: string; readonly problem: string; readonly fix?: string }
  | { readonly end: 'diverged'; readonly step: number }
  | { readonly end: 'running'; readonly step: number }
  | { readonly end: 'queued' };

/**
 * A sweep with runs in these states, like those of the real sweep 1. What is running is claimed, and so is the sweep.
 *
 * @param queue where its runs wait for workers
 * @returns the id of the sweep and those of its runs
 */
export async function sampleSweep(
  db: Db,
  name: string,
  samples: readonly SampleRun[],
  claims?: Claims,
  queue: string | null = null,
): Promise<{ id: number; runIds: number[] }> {
  const sweep = {
    name,
    definitionHash: name,
    definition: {},
    file: `experiments/${name.split(' ')[0]!}.ts`,
    source: '',
  };
  const { id } = await upsertSweep(db, sweep, queue);
  const [known] = await runsOfSweep(db, 1);
  const runs = samples.map((_, seed) => likeRun(known!, { seed, hyper: { k: 4 * (1 + (seed % 3)) } }));
  const runIds = (await enqueueRuns(db, id, runs)).map((run) => run.id);
  for (const [index, sample] of samples.entries()) await bring(db, runIds[index]!, sample, claims);
  if (claims !== undefined) await claims.joinSweep(id);
  else if (queue === null) await setSweepStatus(db, id, statusOf(samples));
  return { id, runIds };
}

async function bring(db: Db, runId: number, sample: SampleRun, claims: Claims | undefined): Promise<void> {
  if (sample.end === 'queued') return;
  if (sample.end === 'running') await claims?.claim(runId);
  const provenance = { hostname: 'gpu-7', pid: 4242, device: 'cpu', dataDir: '/data' };
  const attempt = { runId, attempt: (await startRun(db, runId, { provenance, totalSteps: 200 }))! };
  switch (sample.end) {
    case 'running':
      return recordProgress(db, { ...attempt, step: sample.step });
    case 'finished':
      return saveResult(db, {
        ...attempt,
        figures: sample.figures,
        histograms: [],
        artifacts: [],
        seconds: 12,
        finalStep: 200,
      });
    case 'failed': {
      const { code, problem, fix } = sample;
      const details = { problem, ...(fix !== undefined && { fix }) };
      return failRun(db, { ...attempt, error: { code, message: problem, details } });
    }
    case 'diverged':
      return divergeRun(db, {
        ...attempt,
        step: sample.step,
        error: {
          code: 'run.diverged',
          message: 'the loss is NaN',
          details: { problem: `the loss is NaN at step ${sample.step}` },
        },
      });
  }
}

function statusOf(samples: readonly SampleRun[]): 'finished' | 'failed' | 'interrupted' {
  if (samples.some(({ end }) => end === 'failed' || end === 'diverged')) return 'failed';
  return samples.some(({ end }) => end === 'queued') ? 'interrupted' : 'finished';
}
