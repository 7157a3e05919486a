// Control characters (a terminal obeys them), line separators, and what reorders or hides the text around it.
const INVISIBLE =
  /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;
const MIDDLE = '…';
/** Beyond this, names are cut even if they become alike. */
const LONGEST = 10_000;

/** Text that is shown as it is written: `\n`, `\u001b`. For names, which may hold anything. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, escaped);
}

/** The same for text of several lines, such as a stack. */
export function visibleLines(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}

/** At most `most` characters, the middle left out: names differ at their ends. */
export function shortened(text: string, most: number): string {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const before = Math.ceil((most - 1) / 2);
  const after = most - 1 - before;
  return `${characters.slice(0, before).join('')}${MIDDLE}${characters.slice(characters.length - after).join('')}`;
}

/** Shows names as they are written, no longer than `most` characters where that leaves all of them different. */
export function namesOf(names: Iterable<string>, most: number): (name: string) => string {
  const distinct = [...new Set(names)];
  const shown = (name: string, length: number): string => shortened(visibleText(name), length);
  let length = most;
  while (new Set(distinct.map((name) => shown(name, length))).size < distinct.length && length < LONGEST) {
    length *= 2;
  }
  return (name) => shown(name, length);
}

function escaped(character: string): string {
  const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
  return short ?? `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;
}
