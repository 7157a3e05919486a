/** How a token is shown: its text, and whether that stands for characters that nobody would see. */
interface ShownToken {
  readonly text: string;
  readonly isStandIn: boolean;
}

/** Control characters, spaces other than U+0020, and marks that change the direction of text or join characters. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0\u2000-\u200a\u202f\u205f\u3000]/u;
const EMOJI = /\p{Extended_Pictographic}/u;
const NAMES: Readonly<Record<string, string>> = { '\n': '↵', '\t': '⇥' };

/** A token with stand-ins for what is invisible: `\n` shows as ↵, a token of spaces as ·, U+202E by its code. */
export function shownToken(token: string): ShownToken {
  if (token === '') return { text: '∅', isStandIn: true };
  if (/^ +$/.test(token)) return { text: '·'.repeat(token.length), isStandIn: true };
  // Joiners and variation selectors are part of an emoji.
  if (!INVISIBLE.test(token) || (EMOJI.test(token) && !/\p{Cc}/u.test(token)))
    return { text: token, isStandIn: false };
  return { text: Array.from(token, standIn).join(''), isStandIn: true };
}

function standIn(character: string): string {
  if (!INVISIBLE.test(character)) return character;
  return NAMES[character] ?? `⟨${codeOf(character)}⟩`;
}

/** A token in a list or a sentence, e.g. ` dog` as `·dog`. */
export function namedToken(token: string): string {
  const { text } = shownToken(token);
  return text.replace(/^ +| +$/g, (spaces) => '·'.repeat(spaces.length));
}

function codeOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
