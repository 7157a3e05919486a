import { replaceResult, runById, type Db, type Replacement } from '@sae-lab/db';
import type { Provenance } from './provenance.ts';
import { storedResult, type RunRecorder } from './record-run.ts';
import { RunReport } from './run-report.ts';

/**
 * Records a finished run that is retrained because its files are missing. It keeps its figures until it has finished
 * again; nothing is written before.
 */
export function recordAgain(
  db: Db,
  { runId, dataDir, provenance }: { runId: number; dataDir: string; provenance: Provenance },
): RunRecorder {
  const startedAt = new Date();
  const warnings: string[] = [];
  const report = new RunReport();
  let begun: { backend: string | null; totalSteps: number } = { backend: null, totalSteps: 0 };
  let curves: Replacement['curves'] = {};

  return {
    print: (line, stream) => report.print(line, stream),
    record(event) {
      report.take(event);
      switch (event.type) {
        case 'started':
          begun = event;
          return;
        case 'resumed':
          curves = structuredClone(event.curves);
          return;
        case 'curves':
          for (const [name, { steps, values }] of Object.entries(event.curves)) {
            const points = (curves[name] ??= { steps: [], values: [] });
            curves[name] = { steps: points.steps.concat(steps), values: points.values.concat(values) };
          }
          return;
        case 'warning':
          warnings.push(event.message);
          return;
        case 'progress':
        case 'checkpoint':
          return;
      }
    },
    async finish(result) {
      if (result.status !== 'finished') return;
      report.end(result);
      const { backend, totalSteps } = begun;
      await replaceResult(db, {
        runId,
        provenance: { ...provenance, backend, warnings },
        totalSteps,
        startedAt,
        curves,
        report: report.all,
        ...storedResult(result, dataDir),
      });
    },
    // The result keeps the number of the attempt that it replaces.
    number: async () => (await runById(db, runId))!.attempt,
  };
}
