import { SaeLabError } from '@sae-lab/errors';

/**
 * The error for a document over the size limit.
 *
 * @param what the line or paragraph, with its verb, e.g. `line 3 is`
 */
export function tooLong(path: string, what: string, mostBytes: number): SaeLabError {
  return new SaeLabError('dataset.too-long', {
    problem: `${what} too long for a document`,
    field: path,
    expected: `at most ${mostBytes} bytes`,
    fix: 'Split it. A document is a line of JSON, or a paragraph of text between blank lines.',
  });
}
