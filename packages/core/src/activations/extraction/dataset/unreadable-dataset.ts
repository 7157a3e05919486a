import { SaeLabError, type ErrorDetails } from '@sae-lab/errors';

/** The error for a file that cannot be read as text. */
export function unreadableDataset(path: string, details: Omit<ErrorDetails, 'field'>): SaeLabError {
  return new SaeLabError('dataset.unreadable', { field: path, expected: expectedIn(path), ...details });
}

/** The same for what the operating system or zlib says while it is read. */
export function readFailure(path: string, cause: unknown): SaeLabError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') {
    return unreadableDataset(path, {
      problem: 'the gzip file is cut short',
      fix: 'Download or pack it again.',
      cause,
    });
  }
  if (code === 'Z_DATA_ERROR') {
    return unreadableDataset(path, {
      problem: message.includes('header')
        ? "the name ends in .gz, but the bytes are not gzip's"
        : `the gzip file is damaged: ${message}`,
      fix: 'Download or pack it again, or take .gz off the name of a file that is not packed.',
      cause,
    });
  }
  return unreadableDataset(path, {
    problem: `the file cannot be read: ${message}`,
    fix: 'Check that the file is whole and readable.',
    cause,
  });
}

function expectedIn(path: string): string {
  return path.endsWith('.gz') ? 'UTF-8 text packed by gzip' : 'UTF-8 text';
}
