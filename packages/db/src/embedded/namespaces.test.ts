import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newDataDir, openElsewhere, openHere } from '../testing/temporary-data-folder.ts';
import { readPostmaster } from './postmaster.ts';
import { startEmbedded, stopEmbedded } from './server.ts';

/** Like a container: its own processes, shared memory and mounts, but the same files. */
const APART = ['unshare', '--pid', '--ipc', '--mount', '--fork', '--mount-proc'];

const { status, stderr, error } = spawnSync(APART[0]!, [...APART.slice(1), 'true'], { encoding: 'utf8' });
const reason = error?.message ?? (status === 0 ? undefined : stderr.trim());
if (reason !== undefined) console.warn(`tests with namespaces are skipped: ${reason}`);

describe.skipIf(reason !== undefined)('from another PID and IPC namespace', () => {
  test('uses the one server of a folder, in whichever namespace it was started', async () => {
    const dataDir = newDataDir();
    const started = await openHere(dataDir);
    expect(await openElsewhere(dataDir, { within: APART })).toBe(started);
    await stopEmbedded(dataDir);
    // Ending a namespace kills its processes, so each waits until the other has its answer.
    const script = 'cd "$1"; m=$2; o=$3; shift 3; "$@"; touch $m; until [ -e $o ]; do sleep 0.1; done';
    const meeting = (mine: string, other: string) =>
      APART.concat('sh', '-c', script, 'sh', dataDir, mine, other);
    const [one, another] = await Promise.all([
      openElsewhere(dataDir, { within: meeting('one', 'another') }),
      openElsewhere(dataDir, { within: meeting('another', 'one') }),
    ]);
    expect(one).toBe(another);
    // The server was killed without cleaning up.
    expect(await openHere(dataDir)).not.toBe(one);
  });

  test('reports an unreachable server and leaves it running', async () => {
    // The path is so long that the socket is in /tmp, which the other namespace may not see.
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

test('uses a server in another PID namespace, although its process id is meaningless here', async () => {
  const dataDir = newDataDir();
  const started = await openHere(dataDir);
  const file = join(dataDir, 'postgres/data/postmaster.pid');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/^\d+/, '999999999'));
  expect(await openHere(dataDir)).toBe(started);
  await expect(stopEmbedded(dataDir)).rejects.toMatchObject({ code: 'db.served-elsewhere' });
  writeFileSync(file, text);
});
