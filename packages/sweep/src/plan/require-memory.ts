import { denseMatrices, fitsTraining, largestFitting, memoryNeeded, type TrainingSizes } from '@sae-lab/core';
import { invalidSweep, type Problem } from '../definition/problems.ts';
import { thisMachine, workersOf, type Machine } from './machine.ts';
import type { PlannedRun, SweepPlan } from './sweep-plan.ts';
import { trainingRows } from './training-rows.ts';

/** More dense matrices than any known variant holds at once. */
const MOST_MATRICES = 50;

interface Limits {
  /** Requested number of worker processes. */
  readonly workers?: number | undefined;
  readonly machine?: Machine;
}

/**
 * Refuses runs that can never fit in the memory of the CPU backend or of the machine, before anything is extracted.
 *
 * @throws {SaeLabError} `sweep.invalid`
 */
export async function requireMemory(
  plan: SweepPlan,
  { workers, machine = thisMachine() }: Limits = {},
): Promise<void> {
  const { runs } = plan;
  const shared = workersOf(machine, { workers, runs: runs.length });
  const processBytes = machine.memory / shared.workers;
  const asked = new Map<string, Promise<number>>();
  const matricesOf = ({ combination: { variant, hyper }, spec }: PlannedRun): Promise<number> => {
    const key = JSON.stringify([variant.name, hyper, spec.dSae]);
    const known = asked.get(key) ?? denseMatrices(variant, hyper, spec.dSae);
    asked.set(key, known);
    return known;
  };

  const checked = new Set<string>();
  const problems: Problem[] = [];
  for (const run of runs) {
    const { dSae, training, variant } = run.spec;
    const { dIn } = run.activations;
    const batchSize = training.batchSize === 'all' ? trainingRows(run, 'at least') : training.batchSize;
    const key = JSON.stringify([variant.name, run.combination.hyper, dSae, dIn, batchSize]);
    if (checked.has(key)) continue;
    checked.add(key);
    const { threads } = shared;
    const most = { dIn, dSae, batchSize, threads, denseMatrices: MOST_MATRICES };
    // Measured only if it matters.
    const matrices = fitsTraining(most, processBytes) ? 0 : await matricesOf(run);
    const sizes = { ...most, denseMatrices: matrices };
    if (!fitsTraining(sizes, processBytes))
      problems.push(problemOf(plan, run, sizes, shared.workers, machine));
  }
  if (problems.length > 0) throw invalidSweep(problems);
}

function problemOf(
  { experiment: { definition } }: SweepPlan,
  { spec }: PlannedRun,
  sizes: TrainingSizes,
  workers: number,
  { memory }: Machine,
): Problem {
  const { dIn, dSae, batchSize } = sizes;
  const fitsHeap = fitsTraining(sizes);
  const processBytes = memory / workers;
  const widest = largestFitting('dSae', sizes, processBytes);
  const largestBatch = largestFitting('batchSize', sizes, processBytes);
  const needed = memoryNeeded(sizes);
  const problem = fitsHeap
    ? `${workers === 1 ? 'a run' : `${workers} runs at once`} would take at least ${gibibytes(workers * needed.process)}, ` +
      `more than the memory of this machine, ${gibibytes(memory)}`
    : `a run would take at least ${gibibytes(needed.heap)}, more than the memory of the CPU backend, 4 GiB`;
  const elsewhere = fitsHeap && workers > 1 ? 'use `--workers 1`' : 'train on a GPU with `--device`';
  if (largestBatch === 0 || widest > 0) {
    const smaller = largestBatch > 0 ? `, training.batchSize to at most ${largestBatch}` : '';
    return {
      problem,
      field: `widths[${definition.widths.indexOf(dSae)}]`,
      expected: `at most ${widest} latents for activations of ${dIn} numbers in batches of ${batchSize}`,
      received: String(dSae),
      fix: `Lower the width${smaller}, or ${elsewhere}.`,
    };
  }
  return {
    problem,
    field: 'training.batchSize',
    expected: `at most ${largestBatch} activations of ${dIn} numbers for ${dSae} latents`,
    received: spec.training.batchSize === 'all' ? `'all', ${batchSize} activations` : String(batchSize),
    fix: `Lower the batch size, or ${elsewhere}.`,
  };
}

function gibibytes(bytes: number): string {
  const size = bytes / 2 ** 30;
  return `${size < 10 ? size.toFixed(1) : size.toPrecision(3)} GiB`;
}
