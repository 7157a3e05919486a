import { z } from 'zod';
import { datasetSpecSchema } from '../../activations/index.ts';
import { datasetIdentity } from '../../activations/extraction/dataset/dataset-identity.ts';
import { openDataset } from '../../activations/extraction/dataset/open-dataset.ts';
import type { Piece } from '../../activations/extraction/dataset/pieces.ts';
import { cachedHashesOfFiles } from '../../activations/store/hash-cache.ts';
import { stopIfAsked } from '../../stop.ts';
import {
  defineEvaluation,
  type EvaluationContext,
  type EvaluationResult,
  type Subject,
} from '../contract.ts';
import type { LatentProbe } from '../latent-probe.ts';
import { documentClasses } from './document-classes.ts';
import { documentMeans, firstPiece } from './document-means.ts';
import { labelledDocuments } from './labelled-documents.ts';
import { latentProbes } from './latent-probes.ts';
import { accuracy, addScore, KS, sparseProbing, type Scores } from './sparse-probing.ts';
import { ABLATED, rawProbes, targetedPerturbation } from './targeted-perturbation.ts';
import { isRight } from './columns.ts';

/** Maximum number of entries of all matrices of mean codes that are held at once: 512 MB. More SAEs take more passes. */
const CODE_ENTRIES = 2 ** 27;

/** Probes of latents that are delivered at once. */
const DELIVERED = 4096;

const rawKeys = KS.map((k) => `probing_raw_k${k}`);

/**
 * Whether latents are detectors of a labelled property: accuracy of probes on one or a few latents, what removing the
 * latents of a class does to its probe, and of each latent the class that it tells apart best.
 */
export const probing = defineEvaluation({
  name: 'probing',
  version: 3,
  meaning:
    'Accuracy of sparse probes on labelled documents, of each latent too, and targeted probe perturbation.',
  needs: 'text',
  settings: z.strictObject({
    dataset: datasetSpecSchema
      .optional()
      .describe('A labelled dataset; by default the one that the activations were extracted from.'),
    labelColumn: z
      .string()
      .min(1)
      .default('source')
      .describe('The column of labels: texts, numbers, true and false.'),
    maxDocuments: z.int().min(40).default(2000).describe('Number of documents that are read at most.'),
  }),
  probes: true,
  figures: [
    ...KS.map((k) => `probing_k${k}`),
    ...rawKeys,
    'probing_raw',
    'probing_majority',
    ...ABLATED.map((n) => `tpp_${n}`),
  ],
  async dataId({ dataset: spec }, { dataDir }) {
    if (spec === undefined) return '';
    const dataset = await openDataset(spec);
    return datasetIdentity(dataset, await cachedHashesOfFiles(dataDir, dataset.files)).sha256;
  },
  async evaluate(context, settings) {
    const { saes, signal, onProgress, threads, dataDir } = context;
    const { model, settings: extraction } = context.text!;
    const dataset =
      settings.dataset === undefined
        ? context.text!.dataset
        : await openDataset(settings.dataset, { signal });
    const pieces: Piece[] = [];
    const labels: string[] = [];
    for await (const document of labelledDocuments(
      dataset,
      settings.labelColumn,
      settings.maxDocuments,
      signal,
    )) {
      const piece = firstPiece(document, model, extraction);
      if (piece === undefined) continue;
      pieces.push(piece);
      labels.push(document.label);
    }
    const hashes = pieces.map(({ documentHash }) => documentHash);
    const classes = documentClasses(
      labels.map((label, i) => ({ label, hash: hashes[i]! })),
      {
        field: 'probing.labelColumn',
        unit: 'documents',
        fix: 'Name another column with labelColumn, or read more documents with maxDocuments.',
      },
    );
    const hooks = model.resolve([context.hook]);
    const session = await model.open(hooks, { dataDir, threads });
    const results: EvaluationResult[] = [];
    const groups = groupsOf(saes, pieces.length);
    try {
      for (const [pass, group] of groups.entries()) {
        const { raw, codes, tokens } = await documentMeans(
          pieces,
          session,
          group,
          hooks[0]!.dIn,
          extraction.batchTokens,
          {
            signal,
            onDocuments: (done) =>
              onProgress?.({
                done: pass * pieces.length + done,
                total: groups.length * pieces.length,
                unit: 'documents',
              }),
          },
        );
        const probes = rawProbes(raw, classes);
        const reference: Scores = sparseProbing(raw, classes, hashes, 'probing_raw');
        addScore(
          reference,
          'probing_raw',
          accuracy(classes, hashes, (_, c) => (member) => isRight(probes[c]!, raw, member)),
        );
        addScore(
          reference,
          'probing_majority',
          accuracy(classes, hashes, ({ train }) => {
            const majority = train.filter(({ isClass }) => isClass).length * 2 > train.length;
            return ({ isClass }) => isClass === majority;
          }),
        );
        for (const [i, { id, sae }] of group.entries()) {
          const sparse = sparseProbing(codes[i]!, classes, hashes, 'probing');
          const decoder = sae.tensors['W_dec']!.data;
          const tpp = targetedPerturbation({ raw, codes: codes[i]!, decoder, classes, probes, hashes });
          results.push({
            figures: { ...sparse.figures, ...reference.figures, ...tpp.figures },
            intervals: { ...sparse.intervals, ...reference.intervals, ...tpp.intervals },
            histograms: {},
            tokens,
            documents: pieces.length,
          });
          await deliver(context, id, await latentProbes(codes[i]!, classes, signal));
        }
      }
    } finally {
      await session.close();
    }
    return results;
  },
});

async function deliver(
  { onProbes, signal }: EvaluationContext,
  id: string,
  probes: readonly LatentProbe[],
): Promise<void> {
  for (let start = 0; start < probes.length; start += DELIVERED) {
    await stopIfAsked(signal);
    await onProbes?.(id, probes.slice(start, start + DELIVERED));
  }
}

/** SAEs whose mean codes fit in memory together. */
function groupsOf(saes: readonly Subject[], documents: number): Subject[][] {
  const groups: Subject[][] = [];
  let entries = Infinity;
  for (const subject of saes) {
    const own = documents * subject.sae.dSae;
    if (entries + own > CODE_ENTRIES) {
      groups.push([]);
      entries = 0;
    }
    groups.at(-1)!.push(subject);
    entries += own;
  }
  return groups;
}
