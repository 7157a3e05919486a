/** A phrase that docs/style.md asks contributors not to write. */
export interface Phrase {
  readonly pattern: RegExp;
  /** What to write instead. */
  readonly instead: string;
}

export interface Finding {
  /** From 1, like the column. */
  readonly line: number;
  readonly column: number;
  readonly found: string;
  readonly instead: string;
}

/** Between two words: spaces, or a line break with the next line's `*`, `//`, `#` or `>`. */
const GAP = String.raw`(?:[ \t]+|[ \t]*\r?\n[ \t]*(?:(?:\*|//+|#+|>)[ \t]*)?)`;

function phrase(words: string, instead: string): Phrase {
  return { pattern: new RegExp(String.raw`\b${words.replaceAll(' ', GAP)}\b`, 'gi'), instead };
}

/** Add a phrase only if nearly every sentence that contains it should be rewritten. */
export const PHRASES: readonly Phrase[] = [
  phrase('so many', 'the number, or "n"'),
  phrase('anew', '"again", "restart", "reinitialise"'),
  phrase('afresh', '"from the start", "again"'),
  phrase('lies? (?:in|there|outside)', '"is in", "is stored in"'),
  phrase('(?<!there )is no(?! (?:longer|more|one))', '"is not a …", "does not …"'),
  phrase('no (?:multiple|whole)', '"not a multiple of …"'),
  phrase('no part of', '"not part of"'),
  phrase("of (?:its|their|our|one's) own", '"its own …", "a separate …"'),
  phrase('in place of', '"instead of"'),
  phrase('takes? the place of', '"replaces"'),
  phrase('all else', '"everything else", "the rest"'),
  phrase('all that (?:decides|is|matters)', '"everything that …"'),
  phrase('beside', '"next to", "alongside"'),
  phrase('otherwise than', '"unlike"'),
  phrase('once more', '"again"'),
  phrase('goes on', '"continues"'),
  phrase('(?:is|are) said', '"is reported", or the actor and "reports …"'),
  phrase('(?<!it )(?:comes|came) to', '"results in …", "the result of …"'),
  phrase('whoever', '"anyone who …", "the process that …"'),
  phrase('(?:becomes?|became) of', '"happens to", "happened to"'),
  phrase('(?:is|are) done of', '"is finished"'),
  phrase('to be had', '"available"'),
  phrase('at hand', '"available"'),
  phrase('passes by', '"skips"'),
  phrase('the more,? the', '"in proportion to"'),
  phrase('far and wide', '"spread over …"'),
];

/** The phrases of {@link PHRASES} that a text contains, in the order of the text. */
export function findPhrases(text: string): Finding[] {
  return PHRASES.flatMap(({ pattern, instead }) =>
    [...text.matchAll(pattern)].map(({ index, 0: found }) => ({ index, found, instead })),
  )
    .toSorted((a, b) => a.index - b.index)
    .map(({ index, found, instead }) => {
      const before = text.slice(0, index).split('\n');
      const line = before.length;
      const column = before.at(-1)!.length + 1;
      return { line, column, found: found.replaceAll(/[\s*/#>]+/g, ' '), instead };
    });
}
