import { stopIfAsked } from '../../stop.ts';
import type { LatentProbe } from '../latent-probe.ts';
import type { DocumentMatrix } from './columns.ts';
import type { DocumentClass, Member } from './document-classes.ts';
import { normalTail } from './normal-tail.ts';
import { sortedDocuments, type SortedDocuments } from './sorted-documents.ts';

/** Latents that are scored without a pause. */
const BETWEEN_STOPS = 256;
/** Which side of a probe a document is on. */
const NEITHER = 0;
const CLASS = 1;
const OTHERS = 2;

/** The documents of one part of a probe. */
interface Part {
  /** By document. */
  readonly side: Uint8Array;
  readonly ofClass: number;
  readonly others: number;
}

/** How a column ranks the documents of a part. */
interface Ranking {
  /** Pairs in which the document of the class has the larger value; ties count half. */
  readonly pairs: number;
  /** Σ(t³ − t) over the groups of t documents with equal values. */
  readonly ties: number;
}

/**
 * Scores each column as a probe on its own: see {@link LatentProbe}. The training documents choose the class, the test
 * documents give the score. A column that is 0 on all training documents has no score.
 *
 * For each column, the documents are sorted once, and read once for each class. Memory besides the matrix: about 100 bytes
 * for each document, 2 for each document and class, and the result.
 *
 * Source: Gurnee et al., "Finding neurons in a haystack", 2023 (probes on one neuron); Hanley and McNeil, "The meaning and
 * use of the area under a receiver operating characteristic (ROC) curve", 1982 (AUROC as a rank sum); Mann and Whitney, "On a
 * test of whether one of two random variables is stochastically larger than the other", 1947. The correction for the number
 * of columns is Bonferroni's.
 *
 * @param classes one against the rest, see `documentClasses`
 * @returns by column, ascending
 * @throws {SaeLabError} `run.stopped`
 */
export async function latentProbes(
  matrix: DocumentMatrix,
  classes: readonly DocumentClass[],
  signal?: AbortSignal,
): Promise<LatentProbe[]> {
  const documents = matrix.data.length / matrix.columns;
  const parts = classes
    .map(({ label, train, test }) => ({
      label,
      train: partOf(train, documents),
      test: partOf(test, documents),
    }))
    .filter(({ train, test }) => [train, test].every(({ ofClass, others }) => ofClass > 0 && others > 0));
  const among = membersOf(classes);
  const found: LatentProbe[] = [];
  let latent = 0;
  for (const sorted of sortedDocuments(matrix, among)) {
    // Other work of the process, e.g. its signs of life, must not wait for all latents.
    if (latent % BETWEEN_STOPS === 0) await stopIfAsked(signal);
    let best: { part: (typeof parts)[number]; score: number } | undefined;
    for (const part of parts) {
      if (!fires(sorted, part.train)) continue;
      const score = areaOf(rank(sorted, part.train), part.train);
      if (best === undefined || score > best.score) best = { part, score };
    }
    if (best !== undefined) {
      const { label, test } = best.part;
      const ranking = rank(sorted, test);
      found.push({
        latent,
        class: label,
        score: areaOf(ranking, test),
        trainingScore: best.score,
        pValue: chanceOf(ranking, test),
        documents: test.ofClass + test.others,
      });
    }
    latent += 1;
  }
  return found.map((probe) => ({ ...probe, pValue: Math.min(1, probe.pValue * found.length) }));
}

function partOf(members: readonly Member[], documents: number): Part {
  const side = new Uint8Array(documents);
  for (const { document, isClass } of members) side[document] = isClass ? CLASS : OTHERS;
  const ofClass = members.filter(({ isClass }) => isClass).length;
  return { side, ofClass, others: members.length - ofClass };
}

function membersOf(classes: readonly DocumentClass[]): Int32Array {
  const members = classes.flatMap(({ train, test }) => [...train, ...test].map(({ document }) => document));
  return Int32Array.from(new Set(members)).toSorted();
}

function fires({ count, documents }: SortedDocuments, { side }: Part): boolean {
  for (let at = 0; at < count; at++) if (side[documents[at]!] !== NEITHER) return true;
  return false;
}

function rank({ count, documents, isTie, below }: SortedDocuments, { side, ofClass, others }: Part): Ranking {
  // Documents on which the column is 0 are one group, between the negative values and the positive ones.
  let [zerosOfClass, zerosOfOthers] = [ofClass, others];
  for (let at = 0; at < count; at++) {
    const of = side[documents[at]!];
    if (of === CLASS) zerosOfClass -= 1;
    else if (of === OTHERS) zerosOfOthers -= 1;
  }
  let [pairs, ties, smaller] = [0, 0, 0];
  let [groupOfClass, groupOfOthers] = [0, 0];
  const closeGroup = (): void => {
    pairs += groupOfClass * (smaller + groupOfOthers / 2);
    smaller += groupOfOthers;
    const size = groupOfClass + groupOfOthers;
    ties += size ** 3 - size;
    [groupOfClass, groupOfOthers] = [0, 0];
  };
  const addZeros = (): void => {
    closeGroup();
    [groupOfClass, groupOfOthers] = [zerosOfClass, zerosOfOthers];
  };
  for (let at = 0; at < count; at++) {
    if (at === below) addZeros();
    if (isTie[at] === 0) closeGroup();
    const of = side[documents[at]!];
    if (of === CLASS) groupOfClass += 1;
    else if (of === OTHERS) groupOfOthers += 1;
  }
  if (count === below) addZeros();
  closeGroup();
  return { pairs, ties };
}

function areaOf({ pairs }: Ranking, { ofClass, others }: Part): number {
  return pairs / (ofClass * others);
}

/** One-sided p-value of the Mann-Whitney test: normal approximation with the variance of tied ranks, continuity-corrected. */
function chanceOf({ pairs, ties }: Ranking, { ofClass, others }: Part): number {
  const n = ofClass + others;
  const variance = ((ofClass * others) / 12) * (n + 1 - ties / (n * (n - 1)));
  if (variance <= 0) return 1;
  return normalTail((pairs - (ofClass * others) / 2 - 0.5) / Math.sqrt(variance));
}
