import { expect, it } from 'vitest';
import { readArguments } from '@sae-lab/command-line';
import { workerCommandLine, workerOptions } from './worker-options.ts';

const parse = (...argv: string[]) => workerOptions(readArguments(argv, workerCommandLine)!);

it('reads times in seconds', () => {
  expect(parse('--for', '3h50m', '--idle', '5m')).toMatchObject({ forSeconds: 13_800, idleSeconds: 300 });
  expect(parse('--spool', '/spool', '--threads', '2')).toMatchObject({ spool: '/spool', threads: 2 });
});

it.each([
  ['--threads', '2'],
  ['--spool', '/spool', '--queues', 'extract'],
  ['--spool', '/spool', '--for', '1h'],
  ['--spool', '/spool', '--idle', '5m'],
  ['--spool', '/spool', '--concurrency', '2'],
  ['--spool', '/spool', '--json'],
])('refuses %s %s %s %s, which would have no effect', (...argv) => {
  expect(() => parse(...argv)).toThrow(
    expect.objectContaining({ code: 'cli.usage', message: expect.stringMatching(/is for|has no effect/) }),
  );
});

it('refuses more runs at once than a machine can train', () => {
  expect(parse('--concurrency', '256').concurrency).toBe(256);
  expect(() => parse('--concurrency', '1000000')).toThrow(/--concurrency: is more than .*at most 256/);
});
