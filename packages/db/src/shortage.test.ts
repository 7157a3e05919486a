import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { explainFileError } from './embedded/explain-failure.ts';
import { newDataDir, openElsewhere } from './testing/temporary-data-folder.ts';
import { shortageError } from './shortage.ts';

test.each<[string, string]>([
  [
    'FATAL:  could not resize shared memory segment "/PostgreSQL.1" to 1048576 bytes: No space left on device',
    'db.shared-memory',
  ],
  [
    'FATAL:  could not create shared memory segment: No space left on device\nDETAIL:  Failed system call was shmget(key=1, size=56, 03600).',
    'db.shared-memory',
  ],
  [
    'FATAL:  could not create semaphores: No space left on device\nDETAIL:  Failed system call was semget(1, 20, 03600).',
    'db.semaphores',
  ],
  ['could not extend file "base/5/16384": File too large', 'db.file-too-large'],
  ['could not open file "base/5/1": Too many open files', 'db.too-many-files'],
  ['could not fork new process for connection: Resource temporarily unavailable', 'db.too-many-processes'],
  ['could not map anonymous shared memory: Cannot allocate memory', 'db.out-of-memory'],
  ['could not extend file "base/5/16384": No space left on device', 'db.disk-full'],
  ['could not write: Disk quota exceeded', 'db.disk-full'],
])('%s', (text, code) => {
  expect(shortageError('x', { text, received: text, place: '/data' })?.code).toBe(code);
});

test('names the path that could not be written on a full disk', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device'), {
    code: 'ENOSPC',
    path: '/tmp/socket',
  });
  expect(explainFileError(error, '/data')).toMatchObject({
    code: 'db.disk-full',
    details: { fix: expect.stringContaining('/tmp/socket') as string },
  });
});

test('explains a file size limit when the database is created', async () => {
  await expect(
    openElsewhere(newDataDir(), { within: ['sh', '-c', 'ulimit -f 2000; exec "$@"', 'sh'] }),
  ).rejects.toThrow(/db\.file-too-large/);
});

const SMALL = [
  'unshare',
  '--mount',
  'sh',
  '-c',
  'mount -t tmpfs -o size=64k none /dev/shm && exec "$@"',
  'sh',
];
const { status, stderr, error } = spawnSync(SMALL[0]!, [...SMALL.slice(1), 'true'], { encoding: 'utf8' });
const reason = error?.message ?? (status === 0 ? undefined : stderr.trim());
if (reason !== undefined) console.warn(`the test with little shared memory is skipped: ${reason}`);

test.skipIf(reason !== undefined)('works with 64 kB of /dev/shm', async () => {
  expect(await openElsewhere(newDataDir(), { within: SMALL })).not.toBe('');
});
