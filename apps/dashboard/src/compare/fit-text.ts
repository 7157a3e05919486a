/** Mean width of a character, in units of the font size. */
const CHARACTER = 0.56;

/** About, in pixels. */
export function textWidth(text: string, font: number): number {
  return text.length * font * CHARACTER;
}

/** The text, shortened in its middle to a width in pixels. */
export function clipped(text: string, width: number, font: number): string {
  const most = Math.max(3, Math.floor(width / (font * CHARACTER)));
  if (text.length <= most) return text;
  const half = (most - 1) / 2;
  return `${text.slice(0, Math.ceil(half))}…${text.slice(text.length - Math.floor(half))}`;
}

/** The text on a few lines of a width in pixels. */
export function wrapped(text: string, width: number, font: number, lineCount: number): string[] {
  const most = Math.max(3, Math.floor(width / (font * CHARACTER)));
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && (last.length + 1 + word.length <= most || lines.length === lineCount))
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => clipped(line, width, font));
}
