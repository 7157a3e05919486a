// Control characters (a terminal obeys them), line separators, and what reorders or hides the text around it.
const INVISIBLE =
  /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

/** Shows every character of a name as it is written in code, e.g. `\n` or `\u001b`: names may hold anything. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, escaped);
}

/** The same for a text of several lines, such as a stack. Newlines and tabs are kept. */
export function visibleLines(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}

function escaped(character: string): string {
  const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
  return short ?? `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;
}
