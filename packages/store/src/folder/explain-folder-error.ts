import { SaeLabError, type ErrorCode } from '@sae-lab/errors';

/** Says what an operating system's error means for a store in a folder. Other errors are returned unchanged. */
export function explainFolderError(error: unknown, root: string): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (error instanceof SaeLabError || syscall === undefined) return error;
  const explained = (as: ErrorCode, problem: string, fix: string): SaeLabError =>
    new SaeLabError(as, { problem, field: root, received: message, fix, cause: error });
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return explained(
        'store.no-permission',
        'the folder of the store cannot be used',
        'Make it readable and writable.',
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return explained(
        'files.disk-full',
        'the disk of the store is full',
        'Free some space and run the same command again.',
      );
    case 'ESTALE':
    case 'EIO':
    case 'ENOTCONN':
    case 'EHOSTDOWN':
    case 'ETIMEDOUT':
      return explained('store.unreachable', 'the folder of the store does not answer', 'Check its mount.');
    default:
      return explained(
        'store.refused',
        'the folder of the store cannot be used',
        'Check the folder and its disk.',
      );
  }
}
