import type { TextSink } from './json-lines.ts';

const LINES_AT_ONCE = 1000;

/**
 * Writes lines no faster than the reader reads them, which bounds memory and lets signals interrupt. Ends silently when
 * the reader closes the pipe, as `head` does.
 */
export async function writeLines(output: TextSink, lines: Iterable<string>): Promise<void> {
  let pending: string[] = [];
  try {
    for (const line of lines) {
      pending.push(`${line}\n`);
      if (pending.length < LINES_AT_ONCE) continue;
      await write(output, pending.join(''));
      pending = [];
    }
    if (pending.length > 0) await write(output, pending.join(''));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

function write(output: TextSink, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
