import { SaeLabError, type ErrorCode } from '@sae-lab/errors';

interface Shortage {
  code: ErrorCode;
  words: RegExp;
  problem: string;
  fix: string;
}

/** How Postgres and the operating system report shortages. The first match counts, since many end in ENOSPC's words. */
const SHORTAGES: Shortage[] = [
  {
    code: 'db.shared-memory',
    words: /shared memory segment[^]*: (no space left|cannot allocate|invalid argument)|shmget\(/i,
    problem: 'there is not enough shared memory',
    fix: 'Enlarge /dev/shm (Docker: --shm-size=64m) or raise the kernel limits (kernel.shmmni, kernel.shmall; macOS: kern.sysv.shm…).',
  },
  {
    code: 'db.semaphores',
    words: /could not create semaphores|semget\(/i,
    problem: 'the operating system has no semaphores left',
    fix: 'Stop unused databases, or raise the kernel limits (kernel.sem; macOS: kern.sysv.sem…).',
  },
  {
    code: 'db.file-too-large',
    words: /file too large|file size limit exceeded|EFBIG/i,
    problem: 'the file size limit is too low for the database',
    fix: 'Raise it (`ulimit -f unlimited`), stop the database (`pnpm db:stop`) and start again.',
  },
  {
    code: 'db.too-many-files',
    words: /too many open files|EMFILE|ENFILE/i,
    problem: 'the limit on open files is too low for the database',
    fix: 'Raise it (`ulimit -n 1024`) and start again.',
  },
  {
    code: 'db.too-many-processes',
    words: /could not fork|resource temporarily unavailable/i,
    problem: 'the operating system refuses to start more processes for the database',
    fix: 'End other processes, or raise the limit (`ulimit -u`, or that of the container), and start again.',
  },
  {
    code: 'db.out-of-memory',
    words: /cannot allocate memory|could not map anonymous shared memory|\bout of memory\b/i,
    problem: 'there is not enough memory for the database',
    fix: 'Close other programs, or give the container more memory, and start again.',
  },
];

const DISK_FULL = /no space left on device|quota exceeded|ENOSPC|EDQUOT/i;

/**
 * Recognises a shortage (memory, disk, processes, …) in an error text of Postgres or Node; undefined if there is none.
 *
 * @param place whose disk may be full, e.g. a folder
 */
export function shortageError(
  problem: string,
  { text, received, place, cause }: { text: string; received: string; place: string; cause?: unknown },
): SaeLabError | undefined {
  const shortage = SHORTAGES.find(({ words }) => words.test(text));
  if (shortage !== undefined) {
    const { code, fix } = shortage;
    return new SaeLabError(code, { problem: `${problem}: ${shortage.problem}`, received, fix, cause });
  }
  if (!DISK_FULL.test(text)) return undefined;
  return new SaeLabError('db.disk-full', {
    problem: `${problem}: the disk is full`,
    received,
    fix: `Free space on the disk of ${place} and start again. Everything stored before is intact.`,
    cause,
  });
}
