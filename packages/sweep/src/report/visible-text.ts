import { visibleText } from '@sae-lab/command-line';

export { visibleLines, visibleText } from '@sae-lab/command-line';

const MIDDLE = '…';
/** Beyond this, names are cut even if they become alike. */
const LONGEST = 10_000;

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
