import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { writeLines } from './write-lines.ts';

it('waits for a slow reader instead of buffering all lines', async () => {
  let asked = 0;
  let most = 0;
  let taken = 0;
  const output = new Writable({
    highWaterMark: 10,
    write(chunk, _encoding, done) {
      taken += String(chunk).split('\n').length - 1;
      most = Math.max(most, asked - taken);
      setImmediate(done);
    },
  });
  function* lines() {
    for (; asked < 5000; asked++) yield 'a line';
  }
  await writeLines(output, lines());
  expect(taken).toBe(5000);
  expect(most).toBeLessThan(1001);
});

it('ends silently when the reader exits, and reports every other error', async () => {
  const broken = (code: string) =>
    new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
      // Commands also listen for errors of their standard streams.
    }).on('error', () => {});
  const many = Array.from({ length: 3000 }, () => 'a line');
  await writeLines(broken('EPIPE'), many);
  await expect(writeLines(broken('EIO'), many)).rejects.toThrow('EIO');
});
