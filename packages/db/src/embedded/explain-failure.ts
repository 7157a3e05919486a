import { SaeLabError } from '@sae-lab/errors';
import { shortageError } from '../shortage.ts';

/** Turns an error of the file system, met on the way to a server, into one that says what to do. */
export function explainFileError(error: unknown, dataDir: string): unknown {
  const { code, message, syscall, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  if (error instanceof SaeLabError || code === undefined) return error;
  // Not always below the data folder: what a server needs may be kept in /tmp and /var/tmp.
  const place = dest ?? path ?? dataDir;
  const shortage = shortageError('the database was not made', {
    text: code,
    received: message,
    place,
    cause: error,
  });
  if (shortage) return shortage;
  // Node's word for a read-only file system, when it makes a folder with those above it.
  const readOnly = code === 'ENOENT' && syscall === 'mkdir';
  if (!readOnly && !UNUSABLE.has(code)) return error;
  return new SaeLabError('db.data-folder-unusable', {
    problem: 'the database cannot be kept in this data folder',
    field: 'dataDir',
    expected: 'a folder that this user may write, with a name that the file system takes',
    received: `${dataDir} (${message})`,
    fix: 'Run as the user who made it, give another data folder, or set DATABASE_URL to a Postgres server. `pnpm dashboard` and `pnpm sweep --dry-run` can also show a folder that is read-only.',
    cause: error,
  });
}

const UNUSABLE = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'EEXIST',
  'EISDIR',
  'ELOOP',
  'ENAMETOOLONG',
]);

/** An error that shows the last of what Postgres itself had to say. */
export function serverFailure(
  problem: string,
  { output, folder, cause }: { output: string; folder: string; cause?: unknown },
): SaeLabError {
  const received = output.trim().split('\n').slice(-5).join('\n');
  const shortage = shortageError(problem, { text: output, received, place: folder, cause });
  if (shortage) return shortage;
  return new SaeLabError('db.embedded-failed', {
    problem,
    received: received || (cause instanceof Error ? cause.message : 'no output'),
    fix: 'Correct what Postgres complains of, or set DATABASE_URL to a Postgres server.',
    cause,
  });
}
