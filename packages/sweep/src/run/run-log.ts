import { stripVTControlCharacters } from 'node:util';
import type { AttemptReport, LogLine } from '@sae-lab/db';

/** Characters that are kept, about the bytes in the database. */
const MOST_CHARACTERS = 64_000;
const MOST_LINES = 1000;
/** Of one line. */
const LONGEST = 2000;

/** What an attempt at a run reported: the last lines, within a bound. */
export class RunLog {
  readonly #lines: LogLine[] = [];
  #characters = 0;
  #cut = 0;

  /** @param at milliseconds since 1970 */
  add(from: LogLine['from'], text: string, at: number = Date.now()): void {
    const shown = cleaned(text);
    this.#lines.push({ at, from, text: shown });
    this.#characters += shown.length;
    while (this.#characters > MOST_CHARACTERS || this.#lines.length > MOST_LINES) {
      this.#characters -= this.#lines.shift()!.text.length;
      this.#cut += 1;
    }
  }

  get report(): NonNullable<AttemptReport['log']> {
    return { lines: this.#lines.slice(), cut: this.#cut };
  }
}

/** Without colours; of a line that was overwritten, what was written last. */
function cleaned(text: string): string {
  const plain = stripVTControlCharacters(text).trimEnd();
  const last = plain.slice(plain.lastIndexOf('\r') + 1);
  return last.length > LONGEST
    ? `${last.slice(0, LONGEST)}… (${last.length - LONGEST} more characters)`
    : last;
}
