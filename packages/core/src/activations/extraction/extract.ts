import { requireReadable, type OpenedDataset } from './dataset/open-dataset.ts';
import { windowsOf } from './dataset/windows.ts';
import type { ModelFiles } from './model/model-source.ts';
import { prepareExtraction, type ExtractionSpec, type PlannedHook, type PreparedExtraction } from './plan.ts';
import type { ActivationStore } from '../store/activation-store.ts';
import { documentsRead, makeStores, type ExtractionOptions, type RowSource } from '../store/make-stores.ts';
import { CREATED_BY, STORE_FORMAT } from '../store/manifest.ts';
import { createWindowRunner } from './window-runner.ts';

/**
 * Extracts the activations that are not on disk yet, for all hooks in one pass of the model, and opens all of them; see
 * {@link makeStores}.
 *
 * @returns a store for each requested hook, in the same order
 * @throws {SaeLabError} `model.*`, `hook.*`, `dataset.*`, `extraction.*`, `activations.no-space`,
 *   `activations.not-finite`, `activations.float16-overflow`
 * @example
 * const [store] = await extractActivations({
 *   model: { kind: 'folder', folder: 'models/neox-1.7m' },
 *   dataset: { kind: 'jsonl', path: 'models/corpus/public-domain-en.jsonl.gz' },
 *   hooks: ['blocks.3.hook_resid_post'],
 *   dataDir: '.sae-lab',
 * });
 */
export async function extractActivations(
  spec: ExtractionSpec,
  options: ExtractionOptions = {},
): Promise<ActivationStore[]> {
  const prepared = await prepareExtraction(spec);
  return makeStores(prepared.planned, modelRows(prepared, spec), spec.dataDir, options);
}

/** The language model as a source of rows. */
export function modelRows(prepared: PreparedExtraction, options: ExtractionSpec): RowSource<PlannedHook> {
  const { model, dataset, settings, estimate, hashes, inputs, warnings } = prepared;
  return {
    storage: settings,
    estimate,
    async *windows(missing, from, { signal, warn }) {
      warnings.forEach(warn);
      // The model takes a thousand times as long, so a bad line near the end should be found first. With maxRows it is
      // not known how far into the dataset the rows will reach, and from the hub everything would be downloaded twice.
      if (settings.maxRows === undefined && dataset.hub === undefined) {
        await requireReadable(dataset, from.at, signal);
      }
      const hooks = missing.map(({ hook }) => hook);
      const session = await model.open(hooks, options);
      try {
        const runner = createWindowRunner(session, hooks, settings);
        const maxRows = settings.maxRows ?? Infinity;
        const documents = dataset.read({ from: from.at, signal }).documents();
        for await (const window of windowsOf(documents, model.tokenizer, settings, from)) {
          for (const { index, line } of window.skipped) {
            warn(`document ${index} (line ${line}) has no tokens and is skipped`);
          }
          // Checked before the rows are stored: none of a changed file may get this identity.
          await inputs.requireUnchanged();
          const rows = await runner.run(window, maxRows - window.start.rows, signal);
          const end = { ...window.end, rows: window.start.rows + rows[0]!.count };
          yield { rows, end };
          if (end.rows >= maxRows) return;
        }
      } finally {
        await session.close();
      }
    },
    describe({ id, hook, dIn, graphSha256 }, end, shards) {
      const { tokenizerSha256 } = hashes;
      return {
        id,
        format: STORE_FORMAT,
        createdBy: CREATED_BY,
        model: {
          name: model.files.name,
          ...commitOf(model.files),
          ...(model.files.dtype !== undefined && { dtype: model.files.dtype }),
          graphSha256,
          tokenizerSha256,
        },
        hook: { name: hook.name, tensor: hook.tensor },
        dIn,
        dtype: settings.dtype,
        rows: end.rows,
        documents: documentsRead(end),
        skippedDocuments: end.skipped,
        tokens: end.tokens,
        settings,
        bosTokenId: settings.prependBos ? model.tokenizer.bosTokenId : null,
        dataset: { sha256: hashes.dataset.sha256, ...commitOf(dataset), spec: dataset.spec },
        shards,
      };
    },
  };
}

/** The commit of a model or dataset on the hub. */
function commitOf({ hub }: ModelFiles | OpenedDataset): { commit?: string } {
  return hub === undefined ? {} : { commit: hub.commit };
}
