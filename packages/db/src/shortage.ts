import { SaeLabError, type ErrorCode } from '@sae-lab/errors';

interface Shortage {
  code: ErrorCode;
  words: RegExp;
  problem: string;
  fix: string;
}

/** What Postgres and the operating system call a shortage. The first that fits counts: many end in ENOSPC's words. */
const SHORTAGES: Shortage[] = [
  {
    code: 'db.shared-memory',
    words: /shared memory segment[^]*: (no space left|cannot allocate|invalid argument)|shmget\(/i,
    problem: 'there is too little shared memory',
    fix: 'Enlarge /dev/shm (Docker: --shm-size=64m) or the limits of the kernel (kernel.shmmni, kernel.shmall; macOS: kern.sysv.shm…).',
  },
  {
    code: 'db.semaphores',
    words: /could not create semaphores|semget\(/i,
    problem: 'the operating system has no semaphores left',
    fix: 'Stop databases that are not needed, or raise the limits of the kernel (kernel.sem; macOS: kern.sysv.sem…).',
  },
  {
    code: 'db.file-too-large',
    words: /file too large|file size limit exceeded|EFBIG/i,
    problem: 'a limit on the size of files is too low for the database',
    fix: 'Raise it (`ulimit -f unlimited`), stop the database (`pnpm db:stop`) so that the next command starts it without that limit, and start again.',
  },
  {
    code: 'db.too-many-files',
    words: /too many open files|EMFILE|ENFILE/i,
    problem: 'a limit on open files is too low for the database',
    fix: 'Raise it (`ulimit -n 1024`) and start again.',
  },
  {
    code: 'db.too-many-processes',
    words: /could not fork|resource temporarily unavailable/i,
    problem: 'the operating system starts no more processes for the database',
    fix: 'End other processes, or raise the limit (`ulimit -u`, or that of the container), and start again.',
  },
  {
    code: 'db.out-of-memory',
    words: /cannot allocate memory|could not map anonymous shared memory|\bout of memory\b/i,
    problem: 'there is too little memory for the database',
    fix: 'End other programs, or give the container more memory, and start again.',
  },
];

const DISK_FULL = /no space left on device|quota exceeded|ENOSPC|EDQUOT/i;

/**
 * An error for what the machine has too little of, by the words of Postgres or Node; undefined if that is not it.
 *
 * @param place on whose disk there may be too little space, e.g. a folder
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
    problem: `${problem}: no disk space is left`,
    received,
    fix: `Free some space on the disk of ${place} and start again; what was stored before is intact.`,
    cause,
  });
}
