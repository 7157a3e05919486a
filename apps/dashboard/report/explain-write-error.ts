import { SaeLabError } from '@sae-lab/errors';

/** Converts the operating system's error for a report that cannot be written to one that says what to do. */
export function explainWriteError(error: unknown, folder: string): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  // Only errors of the operating system have a syscall.
  if (syscall === undefined) return error;
  const explained = (
    name: 'files.disk-full' | 'files.not-writable' | 'files.not-a-folder' | 'files.not-written',
    problem: string,
    fix: string,
  ): SaeLabError => new SaeLabError(name, { problem, field: `--out ${folder}`, fix, cause: error });
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return explained(
      'files.disk-full',
      'the disk is full',
      'Free some space, or choose a folder on another disk.',
    );
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return explained('files.not-a-folder', 'a file is in the way of this folder', 'Choose another folder.');
  }
  // On a read-only file system Node's recursive mkdir fails with ENOENT.
  if (
    code === 'EACCES' ||
    code === 'EPERM' ||
    code === 'EROFS' ||
    (code === 'ENOENT' && syscall === 'mkdir')
  ) {
    return explained(
      'files.not-writable',
      `cannot be written (${code})`,
      'Choose a folder that you may write to.',
    );
  }
  return explained(
    'files.not-written',
    `cannot be written: ${message}`,
    'Check the disk, or choose another folder.',
  );
}
