import { once } from 'node:events';
import type { Writable } from 'node:stream';

const LINES_AT_ONCE = 1000;

/**
 * Writes lines no faster than they are taken, so that many need little memory and the process can be stopped between
 * them. Ends quietly where the reader goes away, as `head` does.
 */
export async function writeLines(output: Writable, lines: Iterable<string>): Promise<void> {
  let pending: string[] = [];
  const flush = async (): Promise<void> => {
    const text = pending.join('');
    pending = [];
    if (text !== '' && !output.write(text)) await once(output, 'drain');
  };
  try {
    for (const line of lines) {
      pending.push(`${line}\n`);
      if (pending.length === LINES_AT_ONCE) await flush();
    }
    await flush();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
