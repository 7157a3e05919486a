import { SaeLabError, type ErrorCode } from '@sae-lab/errors';

/** Says what an operating system's error means for a store in a folder. Other errors are returned unchanged. */
export function explainFolderError(error: unknown, root: string): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (error instanceof SaeLabError || syscall === undefined) return error;
  const explained = (as: ErrorCode, problem: string, fix: string): SaeLabError =>
    new SaeLabError(as, { problem, field: root, received: message, fix, cause: error });
  if (['EACCES', 'EPERM', 'EROFS'].includes(code ?? '')) {
    return explained(
      'store.no-permission',
      'the folder of the store cannot be used',
      'Make it readable and writable.',
    );
  }
  if (['ENOSPC', 'EDQUOT'].includes(code ?? '')) {
    return explained(
      'files.disk-full',
      'the disk of the store is full',
      'Free some space and run the same command again.',
    );
  }
  // Of network file systems whose server is away.
  if (['ESTALE', 'EIO', 'ENOTCONN', 'EHOSTDOWN', 'ETIMEDOUT'].includes(code ?? '')) {
    return explained('store.unreachable', 'the folder of the store does not answer', 'Check its mount.');
  }
  // It was mounted when this began. If somebody else removed the file, the next try says so.
  if (code === 'ENOENT') {
    return explained(
      'store.unreachable',
      'the folder of the store was away for a moment',
      'Check its mount.',
    );
  }
  return explained(
    'store.refused',
    'the folder of the store cannot be used',
    'Check the folder and its disk.',
  );
}
