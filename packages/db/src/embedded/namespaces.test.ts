import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newDataDir, openElsewhere, openHere } from '../testing/temporary-data-folder.ts';
import { readPostmaster } from './postmaster.ts';
import { startEmbedded, stopEmbedded } from './server.ts';

/** Like a container: separate processes, shared memory and mounts on the same files. */
const APART = ['unshare', '--pid', '--ipc', '--mount', '--fork', '--mount-proc'];

const { status, stderr, error } = spawnSync(APART[0]!, [...APART.slice(1), 'true'], { encoding: 'utf8' });
const reason = error?.message ?? (status === 0 ? undefined : stderr.trim());
if (reason !== undefined) console.warn(`tests with namespaces are skipped: ${reason}`);

describe.skipIf(reason !== undefined)('from another PID and IPC namespace', () => {
  test('a folder is served by the one server that has it, wherever that was started', async () => {
    const dataDir = newDataDir();
    const started = await openHere(dataDir);
    expect(await openElsewhere(dataDir, { within: APART })).toBe(started);
    await stopEmbedded(dataDir);
    // A namespace takes its processes with it at its end, so each waits until the other has its answer.
    const script = 'cd "$1"; m=$2; o=$3; shift 3; "$@"; touch $m; until [ -e $o ]; do sleep 0.1; done';
    const meeting = (mine: string, other: string) =>
      APART.concat('sh', '-c', script, 'sh', dataDir, mine, other);
    const [one, another] = await Promise.all([
      openElsewhere(dataDir, { within: meeting('one', 'another') }),
      openElsewhere(dataDir, { within: meeting('another', 'one') }),
    ]);
    expect(one).toBe(another);
    // That server is gone now, without having given anything back.
    expect(await openHere(dataDir)).not.toBe(one);
  });

  test('a server that cannot be reached is left alone, and that is said', async () => {
    // So long that the socket is in /tmp, which the other may not see.
    const dataDir = newDataDir('long-'.repeat(30));
    await startEmbedded(dataDir);
    const data = join(dataDir, 'postgres/data');
    const { pid, socketFolder } = readPostmaster(data)!;
    const hidden = ['sh', '-c', 'mount -t tmpfs none "$0" && exec "$@"', socketFolder];
    await expect(openElsewhere(dataDir, { within: [...APART, ...hidden] })).rejects.toThrow(
      /db\.served-elsewhere/,
    );
    expect(readPostmaster(data)?.pid).toBe(pid);
  });
});

test('a server in another PID namespace is used, although its process id means nothing here', async () => {
  const dataDir = newDataDir();
  const started = await openHere(dataDir);
  const file = join(dataDir, 'postgres/data/postmaster.pid');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/^\d+/, '999999999'));
  expect(await openHere(dataDir)).toBe(started);
  await expect(stopEmbedded(dataDir)).rejects.toMatchObject({ code: 'db.served-elsewhere' });
  writeFileSync(file, text);
});
