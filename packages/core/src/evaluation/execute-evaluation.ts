import { useDevice } from '@sae-lab/kernels';
import { SaeLabError } from '@sae-lab/errors';
import { openActivations, SPLIT_SEED, type ExtractionSpec } from '../activations/index.ts';
import { prepareExtraction, type PreparedExtraction } from '../activations/extraction/plan.ts';
import type { EvaluationContext, EvaluationResult, HeldOutActivations, Subject } from './contract.ts';
import { heldOutText, type HeldOutText } from './held-out-text.ts';
import { EVALUATIONS } from './registry.ts';
import { loadSubject, requireUsable, type SubjectSource } from './subject-source.ts';
import { withinBounds } from './within-bounds.ts';

/** An evaluation of SAEs of one hook, as JSON. */
export interface ExecuteEvaluationArgs {
  readonly evaluation: { readonly name: string; readonly settings: object };
  readonly hook: string;
  readonly dIn: number;
  readonly subjects: readonly {
    readonly id: string;
    /** What errors call it. */
    readonly label: string;
    readonly source: SubjectSource;
  }[];
  /** Absent where neither the evaluation nor a baseline reads them. */
  readonly activations?:
    | {
        readonly folder: string;
        readonly holdout: number;
        /** Evaluate on the first rows only. */
        readonly firstRows?: number | undefined;
      }
    | undefined;
  /** What the activations were extracted from; absent for activations without a language model. */
  readonly text?: Pick<ExtractionSpec, 'model' | 'dataset' | 'settings'> | undefined;
  readonly dataDir: string;
  readonly threads: number;
}

export type EvaluationControl = Pick<
  EvaluationContext,
  'onProgress' | 'onFeatures' | 'onProbes' | 'warn' | 'signal'
>;

/**
 * Evaluates SAEs on the CPU, so that the same arguments give the same results on every machine of one kind.
 *
 * @throws {SaeLabError} `evaluation.unknown`, `evaluation.needs-text`, `run.nothing-held-out`, `run.stopped`, `sae.*`,
 *   `activations.*`, `extraction.input-changed`, and what the evaluation documents
 */
export async function executeEvaluation(
  args: ExecuteEvaluationArgs,
  control: EvaluationControl,
): Promise<EvaluationResult[]> {
  const { hook, dataDir, threads } = args;
  const definition = evaluationNamed(args.evaluation.name);
  await useDevice({ device: 'cpu', threads });
  const activations = args.activations === undefined ? undefined : await heldOutActivations(args.activations);
  const saes: Subject[] = [];
  for (const { id, label, source } of args.subjects) {
    const sae = await loadSubject(source, { activations, signal: control.signal });
    requireUsable(sae, label, args);
    saes.push({ id, sae });
  }
  const results = await definition.evaluate(
    {
      hook,
      saes,
      ...(activations !== undefined && definition.needs !== 'weights' && { activations }),
      ...(definition.needs === 'text' && { text: await textOf(args, activations) }),
      dataDir,
      threads,
      ...control,
    },
    args.evaluation.settings,
  );
  return results.map(withinBounds);
}

/** @throws {SaeLabError} `evaluation.unknown` */
export function evaluationNamed(name: string): (typeof EVALUATIONS)[number] {
  const found = EVALUATIONS.find((definition) => definition.name === name);
  if (found !== undefined) return found;
  throw new SaeLabError('evaluation.unknown', {
    problem: 'there is no such evaluation',
    expected: EVALUATIONS.map((definition) => definition.name).join(', '),
    received: name,
    fix: 'Correct the name.',
  });
}

export async function heldOutActivations({
  folder,
  holdout,
  firstRows = Infinity,
}: NonNullable<ExecuteEvaluationArgs['activations']>): Promise<HeldOutActivations> {
  const store = (await openActivations(folder)).beginning(firstRows);
  if ((await store.countRows({ holdout, seed: SPLIT_SEED, part: 'held-out' })) > 0) return { store, holdout };
  throw new SaeLabError('run.nothing-held-out', {
    problem: 'no document is held out, so there is nothing to evaluate on',
    field: 'evaluation.holdout',
    received: String(holdout),
    fix: 'Extract more documents, or hold out a larger fraction.',
  });
}

/** The documents of the activations, which may have changed since they were extracted. */
async function textOf(
  args: ExecuteEvaluationArgs,
  activations: HeldOutActivations | undefined,
): Promise<HeldOutText> {
  const { evaluation, hook, text, dataDir, threads } = args;
  if (text === undefined || activations === undefined) {
    throw new SaeLabError('evaluation.needs-text', {
      problem: `the evaluation '${evaluation.name}' needs a language model and its documents`,
      field: `hook ${hook}`,
      received: 'activations without a language model',
      fix: 'Leave it out, or evaluate SAEs on the activations of a language model.',
    });
  }
  const prepare = (maxRows: number | undefined): Promise<PreparedExtraction> =>
    prepareExtraction({ ...text, settings: { ...text.settings, maxRows }, hooks: [hook], dataDir, threads });
  const whole = await prepare(text.settings?.maxRows);
  const { firstRows } = args.activations!;
  const maxRows = Math.min(whole.settings.maxRows ?? Infinity, firstRows ?? Infinity);
  // The first window of a stream was extracted as activations with that limit.
  const ids = [whole, ...(firstRows === undefined ? [] : [await prepare(maxRows)])].map(
    ({ planned }) => planned[0]?.id,
  );
  if (!ids.includes(activations.store.id)) {
    throw new SaeLabError('extraction.input-changed', {
      problem: 'the model or the dataset changed after the activations were extracted',
      field: `hook ${hook}`,
      expected: 'the files that the activations were extracted from',
      fix: 'Restore them, or train and evaluate on the new files.',
    });
  }
  const settings = { ...whole.settings, ...(Number.isFinite(maxRows) && { maxRows }) };
  return heldOutText({ ...whole, settings }, activations.holdout);
}
