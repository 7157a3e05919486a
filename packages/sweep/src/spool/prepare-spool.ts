import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { openActivations } from '@sae-lab/core/activations';
import { makeFolder, writeAtomic } from '@sae-lab/core/files';
import { SaeLabError } from '@sae-lab/errors';
import { packageOfVariant } from '../definition/variant-package.ts';
import type { SweepPlan } from '../plan/sweep-plan.ts';
import type { SweepEvent } from '../report/events.ts';
import { commitsOf, extractionEvents } from '../run/make-activations.ts';
import { originOf } from '../run/origin-of.ts';
import { runFolder } from '../run/run-folder.ts';
import { newRun, sweepRow } from '../run/store-sweep.ts';
import { variantRows } from '../run/store-variants.ts';
import { readSpool, spooledRunFile, spoolFile, type Spool, type SpooledRun } from './spool-files.ts';

interface PrepareOptions {
  readonly projectRoot: string;
  readonly dataDir: string;
  readonly signal: AbortSignal;
}

/**
 * Makes a spool of a sweep: extracts its activations and writes a separate file for each run. A spool that exists keeps
 * what has been trained.
 *
 * @returns the number of runs
 * @throws {SaeLabError} `spool.other-sweep`, `spool.streamed`, `spool.variant-without-package`, `files.*`
 */
export async function prepareSpool(
  plan: SweepPlan,
  folder: string,
  { projectRoot, dataDir, signal }: PrepareOptions,
  report: (event: SweepEvent) => void,
): Promise<number> {
  await refuseUnspoolable(plan);
  await makeFolder(folder);
  const id = await idOf(folder, plan);
  const hooks = [...new Set(plan.runs.map(({ spec }) => spec.hook))];
  report({ type: 'activations.started', hooks });
  const start = performance.now();
  const stores = await plan.source.make(hooks, { onProgress: extractionEvents(plan, report), signal });
  report({ type: 'activations.finished', hooks, seconds: (performance.now() - start) / 1000 });
  const origins = new Map(stores.map((store) => [store.id, originOf(store)]));
  for (const store of stores) await copyActivations(store.folder, join(folder, 'activations', store.id));
  for (const { runHash, spec } of plan.runs) {
    const ofRun = runFolder(folder, { runHash });
    const run: SpooledRun = { format: 1, runHash, spec, origin: origins.get(spec.activationsId)! };
    await makeFolder(ofRun);
    await writeAtomic(spooledRunFile(ofRun), `${JSON.stringify(run, null, 2)}\n`);
  }
  // Written last: a folder without it is not a spool.
  const spool: Spool = {
    format: 1,
    id,
    sweep: await sweepRow(plan, projectRoot),
    variants: await variantRows(plan, projectRoot),
    activations: stores.map((store) => ({
      id: store.id,
      model: origins.get(store.id)!.modelName,
      hook: store.hook,
      dIn: store.dIn,
      rows: store.rows,
      manifest: { ...store.manifest },
      folder: relative(resolve(dataDir), store.folder),
    })),
    runs: plan.runs.map(newRun),
    commits: commitsOf(stores),
  };
  await writeAtomic(spoolFile(folder), `${JSON.stringify(spool, null, 2)}\n`);
  return plan.runs.length;
}

async function refuseUnspoolable({ store, runs }: SweepPlan): Promise<void> {
  if (store.kind === 'stream') {
    throw new SaeLabError('spool.streamed', {
      problem: 'the activations of this sweep are streamed',
      field: 'activations.store',
      expected: "'cache'",
    });
  }
  for (const name of new Set(runs.map(({ spec }) => spec.variant.name))) {
    if ((await packageOfVariant(name)) !== undefined) continue;
    throw new SaeLabError('spool.variant-without-package', {
      problem: 'is defined in the experiment, which workers of a spool do not read',
      field: `variant ${name}`,
      expected: `a package in packages/variants/${name}`,
      fix: 'Make it a package with `pnpm new:variant`.',
    });
  }
}

async function idOf(folder: string, { definitionHash, experiment }: SweepPlan): Promise<string> {
  const names = await readdir(folder);
  if (!names.includes('spool.json')) return randomUUID();
  const { id, sweep } = await readSpool(folder);
  if (sweep.definitionHash === definitionHash) return id;
  throw new SaeLabError('spool.other-sweep', {
    problem: 'the folder was prepared for other runs',
    field: folder,
    expected: `the sweep ${experiment.definition.name} as it is now`,
    received: `${sweep.name}, prepared from another definition`,
    fix: 'Choose another folder.',
  });
}

/** Links where it can, because a spool is often on the same disk. */
async function copyActivations(from: string, to: string): Promise<void> {
  if (await openActivations(to).then(Boolean, () => false)) return;
  await mkdir(to, { recursive: true });
  // The manifest comes last, since it makes activations complete.
  const names = (await readdir(from)).toSorted(
    (a, b) => Number(a.endsWith('.json')) - Number(b.endsWith('.json')),
  );
  for (const name of names) {
    const target = join(to, name);
    await link(join(from, name), target).catch(() => copyFile(join(from, name), target));
  }
}
