/** What every command has in common: help, usage errors and their exit codes. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT_ROOT } from '@sae-lab/command-line';
import { describe, expect, it } from 'vitest';

const LAUNCHED = [
  'sweep',
  'dashboard',
  'new:variant',
  'db:stop',
  'db:psql',
  'docs:generate',
  'test:faults',
  'bench:train',
  'bench:quality',
  'bench:scaling',
];

function launch(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(PROJECT_ROOT, 'scripts/launch.mjs'), ...args],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

describe.each(LAUNCHED)('pnpm %s', (name) => {
  it('prints its usage, options, examples and the reference for --help', () => {
    const { status, stdout, stderr } = launch(name, '--help');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^Usage: pnpm ${name} `));
    for (const part of [
      '\nOptions:\n',
      '-h, --help',
      '\nExamples:\n  pnpm ',
      'Exit codes:',
      'docs/reference.md',
    ])
      expect(stdout).toContain(part);
  });
});

// `pnpm db:psql` passes unknown options to psql.
it.each(LAUNCHED.filter((name) => name !== 'db:psql'))(
  'pnpm %s exits with 2 on an unknown option and names the nearest one',
  (name) => {
    const { status, stdout, stderr } = launch(name, '--hepl');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error cli\.usage\n--hepl: is not an option of this command; expected .*--help/);
  },
);

it('exits with 2 on an unknown command and names the nearest one', () => {
  const { status, stderr } = launch('sweeep');
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /^error cli\.usage\nsweeep: is not a command; expected one of \d+, the nearest being sweep,/,
  );
});
