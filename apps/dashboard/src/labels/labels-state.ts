import { createLoader, createSerializer, parseAsString, parseAsStringLiteral } from 'nuqs/server';

/** What a search is in: `KINDS` has the words for readers. */
export const KIND_NAMES = ['label', 'note', 'explanation'] as const;

/** The reader's search. It is in the URL, so that a link shows the same list. */
const labelsState = {
  q: parseAsString.withDefault(''),
  kind: parseAsStringLiteral(KIND_NAMES),
  /** Where the page continues; absent for the newest. */
  cursor: parseAsString,
};

export const loadLabelsState = createLoader(labelsState);
export type LabelsState = Awaited<ReturnType<typeof loadLabelsState>>;

const serialize = createSerializer(labelsState);

/** The address of a search. */
export function labelsPath(state: Partial<LabelsState>): string {
  return `/latents${serialize(state)}`;
}
