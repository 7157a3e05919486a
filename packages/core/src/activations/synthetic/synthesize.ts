import { requireSides } from '../extraction/dataset/require-both-sides.ts';
import { parseInput } from '../parse-input.ts';
import type { ActivationStore } from '../store/activation-store.ts';
import { makeStores, type ExtractionOptions, type RowSource } from '../store/make-stores.ts';
import { CREATED_BY, STORE_FORMAT, synthesisId } from '../store/manifest.ts';
import { planStore, type PlannedActivations } from '../store/planned-store.ts';
import {
  SYNTHESIS_VERSION,
  syntheticSpecSchema,
  type SyntheticSpec,
  type SyntheticSpecInput,
} from './synthetic-spec.ts';
import { DOCUMENT_ROWS, documentHashes, syntheticWindows } from './synthetic-rows.ts';

/** The hook of synthetic activations, which have no model. */
const HOOK = { name: 'synthetic', layer: null } as const;

/**
 * Plans synthetic activations without making them.
 *
 * @param holdout the fraction that runs will hold out; throws if it leaves no rows for training or evaluation
 * @throws {SaeLabError} `synthesis.invalid`, `dataset.one-sided`
 */
export async function planSynthesis(
  input: SyntheticSpecInput,
  dataDir: string,
  holdout: number = 0,
): Promise<PlannedActivations> {
  const spec = parse(input);
  const what = `block of ${DOCUMENT_ROWS} rows`;
  await requireSides(documentHashes(spec), holdout, { what, fix: 'Raise dataset.rows' });
  return plan(spec, dataDir);
}

/**
 * Makes synthetic activations if they are not on disk yet, and opens them; see {@link makeStores}. The specification
 * determines every byte.
 *
 * @throws {SaeLabError} `synthesis.invalid`, `activations.no-space`
 */
export async function synthesizeActivations(
  input: SyntheticSpecInput,
  dataDir: string,
  options: ExtractionOptions = {},
): Promise<ActivationStore> {
  const spec = parse(input);
  const [store] = await makeStores([await plan(spec, dataDir)], syntheticRows(spec), dataDir, options);
  return store!;
}

function parse(input: SyntheticSpecInput): SyntheticSpec {
  return parseInput(syntheticSpecSchema, input, 'dataset', 'synthesis.invalid');
}

async function plan(spec: SyntheticSpec, dataDir: string): Promise<PlannedActivations> {
  const planned = { id: synthesisId(spec), hook: HOOK, dIn: spec.dIn, rows: spec.rows };
  return { ...(await planStore(planned, dataDir, storageOf(spec))), isExact: true };
}

function storageOf({ shardRows }: SyntheticSpec): RowSource<PlannedActivations>['storage'] {
  return { dtype: 'float32', shardRows };
}

function syntheticRows(spec: SyntheticSpec): RowSource<PlannedActivations> {
  return {
    storage: storageOf(spec),
    estimate: { rows: spec.rows, tokens: spec.rows },
    async *windows(_, from, { signal }) {
      for await (const { rows, end } of syntheticWindows(spec, from, signal)) yield { rows: [rows], end };
    },
    describe({ id, dIn }, end, shards) {
      return {
        id,
        format: STORE_FORMAT,
        createdBy: CREATED_BY,
        synthetic: { version: SYNTHESIS_VERSION, spec },
        hook: { name: HOOK.name },
        dIn,
        dtype: 'float32',
        rows: end.rows,
        documents: end.document,
        skippedDocuments: end.skipped,
        tokens: end.tokens,
        shards,
      };
    },
  };
}
