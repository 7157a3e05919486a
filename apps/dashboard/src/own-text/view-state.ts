import type { SaeSubject } from '@sae-lab/db/reading';
import { createParser, parseAsString, parseAsStringLiteral } from 'nuqs/server';
import { subjectOf, subjectSegment } from '../saes/subject.ts';

/** Longer texts are not in the address, which servers and browsers bound. */
const LONGEST_IN_ADDRESS = 2000;
/** A letter outside ASCII takes 6 to 12 characters of an address. The dashboard reads addresses of 4000. */
const LONGEST_ENCODED = 3000;

/** Whether a link can have the text. */
export function fitsAddress(text: string): boolean {
  return (
    text.length <= LONGEST_IN_ADDRESS && encodeURIComponent(text.toWellFormed()).length <= LONGEST_ENCODED
  );
}

export const ORDERS = ['max', 'sum', 'first'] as const;
export const SHADES = ['strongest', 'l0', 'error'] as const;

const index = createParser({
  parse: (value) => (/^\d{1,9}$/.test(value) ? Number(value) : null),
  serialize: String,
});

/** `3` for a run, `sae-3` for an SAE that no run trained. */
const subject = createParser<SaeSubject>({
  parse: (value) => subjectOf(value) ?? null,
  serialize: subjectSegment,
});

/** The reader's choices on the page that reads texts. They are in the address, so that a link shows the same view. */
export const textState = {
  text: parseAsString.withDefault(''),
  /** How latents are sorted. */
  sort: parseAsStringLiteral(ORDERS).withDefault('max'),
  /** What tokens are shaded by where no latent is chosen. */
  shade: parseAsStringLiteral(SHADES).withDefault('strongest'),
  /** The latent whose tokens are shaded, of this run and of the other one. */
  latent: index,
  other: index,
  /** The SAE that is compared; its name is read on the server. */
  with: subject.withOptions({ shallow: false }),
};

/** The reader's choices on the page that steers. */
export const steerState = {
  text: parseAsString.withDefault(''),
  latent: index.withDefault(0),
  change: parseAsStringLiteral(['add', 'ablate'] as const).withDefault('add'),
  strength: createParser({
    parse: (value) => (value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : null),
    serialize: String,
  }).withDefault(1),
  unit: parseAsStringLiteral(['max', 'one'] as const),
  from: index.withDefault(0),
  steps: index.withDefault(20),
};
