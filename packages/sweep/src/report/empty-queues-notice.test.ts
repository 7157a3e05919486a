import { afterEach, expect, it, vi } from 'vitest';
import { emptyQueuesNotice } from './empty-queues-notice.ts';
import { serveLines } from './serve-lines.ts';

const nothing = {
  finished: 0,
  failed: 0,
  diverged: 0,
  cancelled: 0,
  handedBack: 0,
  left: 0,
  extracted: 0,
  evaluated: 0,
};

afterEach(() => vi.unstubAllEnvs());

it('says which database was empty, where it may be the wrong one', () => {
  vi.stubEnv('DATABASE_URL', '');
  expect(emptyQueuesNotice(nothing, '/data/lab')).toContain('the database in /data/lab');
  expect(emptyQueuesNotice({ ...nothing, evaluated: 1 }, '/data/lab')).toBeUndefined();
  vi.stubEnv('DATABASE_URL', 'postgres://lab@db.example/lab');
  expect(emptyQueuesNotice(nothing, '/data/lab')).toBeUndefined();
});

it.each([
  [{}, 'nothing'],
  [{ finished: 2, extracted: 1 }, '2 finished, 1 extraction'],
  [{ handedBack: 1, extracted: 2 }, '1 handed back, 2 extractions'],
])('sums up %j', (counts, expected) => {
  const lines: string[] = [];
  serveLines({ write: (line: string) => lines.push(line) })({
    type: 'worker.ended',
    why: 'its queues are empty',
    seconds: 2,
    ...nothing,
    ...counts,
  });
  expect(lines).toEqual([`Done: ${expected} in 2.0 s. The worker ended because its queues are empty.\n`]);
});
