import { SaeLabError } from '@sae-lab/errors';

/** Below this many documents of a class, or of its training or test part, a probe says nothing. */
const FEWEST_DOCUMENTS = 20;
/** Fraction of the documents that probes are tested on. */
const TEST = 0.25;

/** Which documents a probe of one class is trained and tested on: as many of the class as of all others. */
export interface DocumentClass {
  readonly label: string;
  readonly train: readonly Member[];
  readonly test: readonly Member[];
}

export interface Member {
  /** Index of the document. */
  readonly document: number;
  readonly isClass: boolean;
}

/**
 * Divides labelled documents: one class against the rest, balanced by leaving out documents of the larger side. The hash of
 * a document's text decides, so that duplicates are on one side and every SAE is probed with the same documents.
 *
 * @param documents labels and hashes of the documents
 * @param about what the error says
 * @param fewest minimum number of documents of a class; classes with fewer are left out
 * @throws {SaeLabError} `evaluation.one-class` if fewer than two classes are left
 */
export function documentClasses(
  documents: readonly { readonly label: string; readonly hash: number }[],
  about: { readonly field: string; readonly unit: string; readonly fix: string },
  fewest: number = FEWEST_DOCUMENTS,
): DocumentClass[] {
  const order = documents
    .map((_, document) => document)
    .toSorted((a, b) => (documents[a]!.hash >>> 0) - (documents[b]!.hash >>> 0) || a - b);
  const byLabel = Map.groupBy(order, (document) => documents[document]!.label);
  const labels = [...byLabel.keys()].filter((label) => byLabel.get(label)!.length >= fewest).toSorted();
  if (labels.length < 2) throw oneClass(about, byLabel, fewest);
  return labels.map((label) => {
    const own = byLabel.get(label)!;
    const others = order.filter((document) => documents[document]!.label !== label);
    const size = Math.min(own.length, others.length);
    const members = [...own.slice(0, size), ...spread(others, size)].map((document) => ({
      document,
      isClass: documents[document]!.label === label,
    }));
    const isTest = ({ document }: Member): boolean => part(documents[document]!.hash) < TEST;
    return {
      label,
      train: members.filter((member) => !isTest(member)),
      test: members.filter(isTest),
    };
  });
}

/** `size` of the items, evenly from their order. */
function spread(items: readonly number[], size: number): number[] {
  return Array.from({ length: size }, (_, i) => items[Math.floor((i * items.length) / size)]!);
}

/** A number in [0, 1) from other bits of the hash than those that order the documents. */
function part(hash: number): number {
  return (Math.imul(hash, 0x9e3779b1) >>> 8) / 2 ** 24;
}

function oneClass(
  { field, unit, fix }: Parameters<typeof documentClasses>[1],
  byLabel: ReadonlyMap<string, readonly number[]>,
  fewest: number,
): SaeLabError {
  const found = [...byLabel].map(([label, members]) => `${shortened(label)} (${members.length})`);
  const rest = found.length - 3;
  return new SaeLabError('evaluation.one-class', {
    problem: `there are not two classes with enough ${unit} to probe for`,
    field,
    expected: `at least two labels with ${fewest} ${unit} each`,
    received: found.slice(0, 3).join(', ') + (rest > 0 ? ` and ${rest} more` : ''),
    fix,
  });
}

function shortened(label: string): string {
  return label.length > 40 ? `${label.slice(0, 37)}...` : label;
}
