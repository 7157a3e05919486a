import { visibleText } from '@sae-lab/command-line';

const MIDDLE = '…';
/** Longer names are cut even if two become alike. */
const LONGEST = 10_000;

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
