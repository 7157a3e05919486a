import { isRight, trainProbe, type ColumnProbe } from '../probing/columns.ts';
import { documentClasses, type DocumentClass } from '../probing/document-classes.ts';
import { accuracy } from '../probing/sparse-probing.ts';
import type { LetterRows } from './letter-rows.ts';

/** Below this accuracy on tokens that the probe has not seen, the model does not know the letter. */
const KNOWN = 0.6;

/** A letter whose probe generalises to other tokens. */
export interface KnownLetter {
  readonly members: DocumentClass;
  readonly probe: ColumnProbe;
  /** Rows of the letter that the probe recognises. */
  readonly recognised: readonly number[];
}

/**
 * Trains a probe for each letter on the activations of some tokens, and keeps the letters that it recognises in others.
 *
 * @throws {SaeLabError} `evaluation.one-class`
 */
export function knownLetters(
  { x, letters, tokenIds }: LetterRows,
  dIn: number,
): { known: KnownLetter[]; accuracy: number } {
  // By token, so that the test part has other tokens than the training part.
  const hashes = tokenIds.map((id) => Math.imul(id + 1, 0x85ebca6b));
  const classes = documentClasses(
    letters.map((label, i) => ({ label, hash: hashes[i]! })),
    { field: 'absorption', unit: 'tokens', fix: 'Raise maxTokens, or hold out more documents.' },
  ).filter(({ train, test }) => hasBoth(train) && hasBoth(test));
  const matrix = { columns: dIn, data: x };
  const all = Array.from({ length: dIn }, (_, d) => d);
  const probes = classes.map((one) => trainProbe(matrix, one, all));
  const accuracyOf = (c: number): number =>
    accuracy([classes[c]!], hashes, () => (member) => isRight(probes[c]!, matrix, member)).value;
  const accuracies = classes.map((_, c) => accuracyOf(c));
  const known = classes.flatMap((members, c) => {
    if (accuracies[c]! < KNOWN) return [];
    const probe = probes[c]!;
    const recognised = letters.flatMap((letter, document) =>
      letter === members.label && isRight(probe, matrix, { document, isClass: true }) ? [document] : [],
    );
    return [{ members, probe, recognised }];
  });
  const mean = accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length;
  return { known, accuracy: mean };
}

function hasBoth(members: DocumentClass['train']): boolean {
  return members.some(({ isClass }) => isClass) && members.some(({ isClass }) => !isClass);
}
