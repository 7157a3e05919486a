import { SaeLabError, type ErrorDetails } from '@sae-lab/errors';

/** The error for a file that cannot be read as text. */
export function unreadableDataset(path: string, details: Omit<ErrorDetails, 'field'>): SaeLabError {
  return new SaeLabError('dataset.unreadable', { field: path, expected: expectedIn(path), ...details });
}

/** The error for a failure of the operating system or zlib while reading. */
export function readFailure(path: string, cause: unknown): SaeLabError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') {
    return unreadableDataset(path, {
      problem: 'the gzip file is truncated',
      fix: 'Download or compress it again.',
      cause,
    });
  }
  if (code === 'Z_DATA_ERROR') {
    return unreadableDataset(path, {
      problem: message.includes('header')
        ? 'the name ends in .gz, but the file is not gzip'
        : `the gzip file is damaged: ${message}`,
      fix: 'Download or compress it again, or remove .gz from the name of an uncompressed file.',
      cause,
    });
  }
  return unreadableDataset(path, {
    problem: `the file cannot be read: ${message}`,
    fix: 'Check that the file is complete and readable.',
    cause,
  });
}

function expectedIn(path: string): string {
  return path.endsWith('.gz') ? 'UTF-8 text compressed with gzip' : 'UTF-8 text';
}
