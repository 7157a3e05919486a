import { existsSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeFileIn } from '../test-support.ts';
import { thisProcess } from '../../files/is-alive.ts';
import { acquireLock } from './store-lock.ts';

const DEAD_PID = 2 ** 30;

describe('the lock of a store', () => {
  it('is held by one process at a time', async () => {
    const path = join(temporaryFolder(), 'lock');
    const first = await acquireLock(path);
    const order: string[] = [];
    const second = acquireLock(path).then((lock) => {
      order.push('second has it');
      return lock;
    });
    await sleep(300);
    order.push('first releases');
    await first.release();
    await (await second).release();
    expect(order).toEqual(['first releases', 'second has it']);
    expect(existsSync(path)).toBe(false);
  });

  it('is taken over from a process that died, on this machine or another', async () => {
    const folder = temporaryFolder();
    const here = writeFileIn(folder, 'here', JSON.stringify({ ...thisProcess(), pid: DEAD_PID }));
    await (await acquireLock(here)).release();
    const elsewhere = writeFileIn(folder, 'elsewhere', JSON.stringify({ host: 'another', pid: 1 }));
    utimesSync(elsewhere, 0, 0);
    await (await acquireLock(elsewhere)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['lock', 'lock.takeover'])('is acquired at once if %s is a folder, which is kept', async (name) => {
    const folder = temporaryFolder();
    const path = join(folder, 'lock');
    if (name !== 'lock') writeFileIn(folder, 'lock', JSON.stringify({ host: hostname(), pid: DEAD_PID }));
    mkdirSync(join(folder, name));
    writeFileIn(folder, `${name}/theirs`, 'x');
    if (name !== 'lock') utimesSync(join(folder, name), 0, 0);
    await (await acquireLock(path, AbortSignal.timeout(5000))).release();
    expect(existsSync(join(folder, `${name}.unusable`, 'theirs'))).toBe(true);
    expect(readdirSync(folder)).toEqual([`${name}.unusable`]);
  });

  it('is taken over by one of many processes that find it at the same time', async () => {
    for (let round = 0; round < 5; round++) {
      const path = writeFileIn(
        temporaryFolder(),
        'lock',
        JSON.stringify({ ...thisProcess(), pid: DEAD_PID }),
      );
      let holders = 0;
      const held: number[] = [];
      const contenders = Array.from({ length: 4 }, async () => {
        // They start at most two milliseconds apart, so one removes the dead lock while another reads it.
        const start = performance.now() + 2 * Math.random();
        while (performance.now() < start) await setImmediate();
        const lock = await acquireLock(path);
        holders += 1;
        held.push(holders);
        await sleep(5);
        holders -= 1;
        await lock.release();
      });
      await Promise.all(contenders);
      expect(held).toEqual([1, 1, 1, 1]);
    }
  });

  it('is taken over if its holder died before writing its name', async () => {
    const path = writeFileIn(temporaryFolder(), 'lock', '');
    const aWhileAgo = new Date(Date.now() - 10_000);
    utimesSync(path, aWhileAgo, aWhileAgo);
    await (await acquireLock(path, AbortSignal.timeout(2000))).release();
    expect(existsSync(path)).toBe(false);
  });

  it('is not taken from a holder in another container that has a heartbeat', async () => {
    const folder = temporaryFolder();
    // As in another container: the same host name, but different process ids.
    const elsewhere = { ...thisProcess(), host: `${hostname()}-1`, pid: DEAD_PID };
    const path = writeFileIn(folder, 'lock', JSON.stringify(elsewhere));
    await expect(acquireLock(path, AbortSignal.timeout(500))).rejects.toThrow('abort');
    utimesSync(path, 0, 0);
    await (await acquireLock(path, AbortSignal.timeout(2000))).release();
  });

  it('is not taken from a live holder without a heartbeat, but from one whose process id was reused', async () => {
    const folder = temporaryFolder();
    const suspended = writeFileIn(folder, 'suspended', JSON.stringify(thisProcess()));
    utimesSync(suspended, 0, 0);
    await expect(acquireLock(suspended, AbortSignal.timeout(500))).rejects.toThrow('abort');
    const reused = writeFileIn(folder, 'reused', JSON.stringify({ ...thisProcess(), started: '1' }));
    await (await acquireLock(reused, AbortSignal.timeout(2000))).release();
  });

  it.each(['null', '{"pid":', 'junk'])('is taken over in time if its file contains %s', async (text) => {
    const path = writeFileIn(temporaryFolder(), 'lock', text);
    await expect(acquireLock(path, AbortSignal.timeout(300))).rejects.toThrow('abort');
    utimesSync(path, 0, 0);
    await (await acquireLock(path, AbortSignal.timeout(2000))).release();
  });

  it('stops waiting when the signal aborts', async () => {
    const path = writeFileIn(temporaryFolder(), 'lock', JSON.stringify(thisProcess()));
    await expect(acquireLock(path, AbortSignal.timeout(50))).rejects.toThrow('abort');
  });
});
