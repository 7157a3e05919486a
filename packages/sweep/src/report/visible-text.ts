// Control characters, line separators, and characters that reorder or hide the text around them.
const INVISIBLE =
  /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;
const MIDDLE = '…';
/** Longer names are cut even if two become alike. */
const LONGEST = 10_000;

/** Escapes what a terminal would act on: `\n`, `\u001b`. For names, which may contain anything. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, escaped);
}

/** The same for text with several lines, such as a stack trace. */
export function visibleLines(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}

/** Shortens text to `most` characters by cutting the middle, since names differ at their ends. */
export function shortened(text: string, most: number): string {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const before = Math.ceil((most - 1) / 2);
  const after = most - 1 - before;
  return `${characters.slice(0, before).join('')}${MIDDLE}${characters.slice(characters.length - after).join('')}`;
}

/** Escapes and shortens names to `most` characters, or as many as it takes to keep them different. */
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
