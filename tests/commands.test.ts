/** What every command has in common: help, usage errors and their exit codes. */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '@sae-lab/command-line';
import { describe, expect, it } from 'vitest';

/** Every command that `launch.mjs` starts. vitest has its own help. */
const LAUNCHED = launchedCommands().filter((name) => name !== 'test');

function launchedCommands(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  return Object.keys(scripts).filter((name) => scripts[name]!.includes('scripts/launch.mjs'));
}

function run(script: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(PROJECT_ROOT, script), ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const launch = (...args: string[]) => run('scripts/launch.mjs', ...args);

it('finds the commands of package.json', () => {
  expect(LAUNCHED).toEqual(expect.arrayContaining(['sweep', 'bench:kernels', 'bench:memory']));
});

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

describe('pnpm build:kernels', () => {
  const folder = 'packages/kernels';
  const builtAt = () => statSync(join(PROJECT_ROOT, folder, 'src/compiled/kernels.wasm')).mtimeMs;
  it.each([
    [['--help'], 0, 'stdout'],
    [['--nope'], 2, 'stderr'],
    [['extra'], 2, 'stderr'],
  ] as const)('does not build with %j: it ends with %i and prints its usage', (args, status, stream) => {
    const before = builtAt();
    const ended = run(`${folder}/scripts/build-kernels.ts`, ...args);
    expect(ended.status).toBe(status);
    expect(ended[stream]).toContain('Usage: pnpm build:kernels');
    expect(builtAt()).toBe(before);
  });
});

it('ends with 2 on an unknown command, and names the nearest of them', () => {
  const { status, stderr } = launch('sweeep');
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /^error cli\.usage\nsweeep: is not a command; expected one of \d+, the nearest being sweep,/,
  );
});

it('starts from code that an earlier start has compiled', () => {
  const { stderr } = spawnSync(
    process.execPath,
    [join(PROJECT_ROOT, 'scripts/launch.mjs'), 'sae', '--help'],
    {
      encoding: 'utf8',
      // Node then says what it reads and writes. The variable is one of the tests' own.
      env: { ...process.env, NODE_COMPILE_CACHE: '', NODE_DEBUG_NATIVE: 'COMPILE_CACHE' },
    },
  );
  const folder = join(PROJECT_ROOT, 'node_modules/.cache/compiled');
  expect(stderr).toContain(`reading cache from ${folder}`);
});
