import { expect, it } from 'vitest';
import { progressMeter, type DownloadProgress } from './progress.ts';

it('measures the rate of received bytes and the time left', () => {
  const reports: DownloadProgress[] = [];
  let now = 1000;
  const meter = progressMeter(
    2,
    3000,
    (progress) => reports.push(progress),
    () => now,
  );
  meter.bytes('a', 1000, 'found');
  expect(reports).toEqual([
    { path: 'a', bytes: 1000, totalBytes: 3000, bytesPerSecond: 0, filesDone: 0, files: 2 },
  ]);
  now += 500;
  meter.bytes('a', 1400, 'received');
  meter.bytes('a', 1500, 'received');
  now += 500;
  meter.bytes('b', 500, 'received');
  // 1000 bytes in one second; those found on disk do not count.
  expect(reports.slice(1)).toEqual([
    { path: 'a', bytes: 1400, totalBytes: 3000, bytesPerSecond: 800, secondsLeft: 2, filesDone: 0, files: 2 },
    {
      path: 'b',
      bytes: 2000,
      totalBytes: 3000,
      bytesPerSecond: 1000,
      secondsLeft: 1,
      filesDone: 0,
      files: 2,
    },
  ]);
  // A file that starts over.
  now += 1000;
  meter.bytes('b', 0, 'found');
  expect(reports.at(-1)).toMatchObject({ bytes: 1500, bytesPerSecond: 500 });
});

it('forgets the rate of long ago, and always reports the end', () => {
  const reports: DownloadProgress[] = [];
  let now = 0;
  const meter = progressMeter(
    1,
    100,
    (progress) => reports.push(progress),
    () => now,
  );
  meter.bytes('a', 90, 'received');
  for (let i = 0; i < 20; i++) {
    now += 1000;
    meter.bytes('a', 90, 'received');
  }
  expect(reports.at(-1)).toMatchObject({ bytes: 90, bytesPerSecond: 0 });
  expect(reports.at(-1)).not.toHaveProperty('secondsLeft');
  meter.bytes('a', 100, 'received');
  meter.done('a');
  expect(reports.at(-1)).toMatchObject({ bytes: 100, filesDone: 1 });
});

it('does not tell the time left from the first few bytes', () => {
  const reports: DownloadProgress[] = [];
  let now = 0;
  const meter = progressMeter(
    1,
    7_000_000,
    (progress) => reports.push(progress),
    () => now,
  );
  // The connection opens, which takes longer than what follows.
  now += 500;
  meter.bytes('a', 38, 'received');
  now += 500;
  meter.bytes('a', 700_038, 'received');
  expect(reports.map(({ secondsLeft }) => secondsLeft)).toEqual([undefined, expect.closeTo(9, 0)]);
});
