import { SaeLabError } from '@sae-lab/errors';
import { shortageError } from '../shortage.ts';

/** Explains a file system error that occurred while starting a server. */
export function explainFileError(error: unknown, dataDir: string): unknown {
  const { code, message, syscall, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  if (error instanceof SaeLabError || code === undefined) return error;
  // Not always inside the data folder: a server may also need /tmp and /var/tmp.
  const place = dest ?? path ?? dataDir;
  const shortage = shortageError('the database could not be created', {
    text: code,
    received: message,
    place,
    cause: error,
  });
  if (shortage) return shortage;
  // Node reports ENOENT when a recursive mkdir fails on a read-only file system.
  const readOnly = code === 'ENOENT' && syscall === 'mkdir';
  if (!readOnly && !UNUSABLE.has(code)) return error;
  return new SaeLabError('db.data-folder-unusable', {
    problem: 'this data folder cannot hold the database',
    field: 'dataDir',
    expected: 'a folder that this user can write, with a name that the file system allows',
    received: `${dataDir} (${message})`,
    fix: 'Run as the owner of the folder, choose another data folder, or set DATABASE_URL to a Postgres server. `pnpm dashboard` and `pnpm sweep --dry-run` can also show a read-only folder.',
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

/** An error with the last lines of Postgres's output. */
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
    fix: 'Fix the reported problem, or set DATABASE_URL to a Postgres server.',
    cause,
  });
}
