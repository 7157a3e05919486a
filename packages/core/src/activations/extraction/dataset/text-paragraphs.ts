import type { ByteSource } from '@sae-lab/hub';
import { fileLines } from './file-lines.ts';
import { tooLong } from './too-long.ts';
import type { FileDocument, ReadingOptions } from './reading.ts';

/**
 * Streams the paragraphs of a text file, which are separated by blank lines, as documents.
 *
 * @throws {SaeLabError} while iterating: dataset.too-long, those of {@link fileLines}
 */
export async function* readParagraphs(
  source: ByteSource,
  options: ReadingOptions,
): AsyncGenerator<FileDocument> {
  let held: string[] = [];
  let bytes = 0;
  let first = 0;
  let last: FileDocument['next'] | undefined;
  for await (const { line, text, next } of fileLines(source, options)) {
    last = next;
    if (text.trim() !== '') {
      if (held.length === 0) first = line;
      held.push(text);
      bytes += Buffer.byteLength(text) + 1;
      if (bytes > options.mostBytes) {
        throw tooLong(source.name, `the paragraph from line ${first} is`, options.mostBytes);
      }
    } else if (held.length > 0) {
      yield { line: first, text: held.join('\n'), next };
      held = [];
      bytes = 0;
    }
  }
  if (held.length > 0) yield { line: first, text: held.join('\n'), next: last! };
}
