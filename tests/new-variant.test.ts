/** `pnpm new:variant` in a copy of the workspace: the new package passes every check unchanged. */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Not copied, because they are large and unrelated to variants. */
const LEFT_OUT = new Set([
  'node_modules',
  '.git',
  '.turbo',
  '.sae-lab',
  '.test-data',
  'models',
  'apps',
  // It depends on the dashboard, which is not copied.
  'generate-docs',
  'shared',
]);

let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'sae-lab-test-'));
  await cp(ROOT, copy, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(relative(ROOT, path))) });
  await run('pnpm', 'install', '--prefer-offline', '--no-frozen-lockfile');
});
afterAll(() => rm(copy, { recursive: true, force: true }));

function run(command: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, { cwd: copy, stdio: ['ignore', 'pipe', 'pipe'], env: environment() });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code, output }));
  });
}

/** Without vitest's variables, since a nested vitest would act as a worker of this one. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'));
  return { ...Object.fromEntries(kept), NO_COLOR: '1' };
}

describe('pnpm new:variant', () => {
  const folder = 'packages/variants/a-rather-long-name-for-a-variant';

  it.each([
    [[], 'cli.usage'],
    [['one', 'two'], 'cli.usage'],
    [[''], 'cli.usage'],
    [['--nonsense'], 'cli.usage'],
    [['SoftTop'], 'new-variant.bad-name'],
    [['default'], 'new-variant.reserved-name'],
    [['topk'], 'new-variant.exists'],
    [['core'], 'new-variant.exists'],
  ])('exits with 2 on %j', async (args, error) => {
    const { code, output } = await run('pnpm', 'new:variant', ...args);
    expect(code).toBe(2);
    expect(output).toContain(`error ${error}`);
    expect(output).not.toMatch(/^ +at /m);
  });

  it('writes a variant, installs it and prints the next steps', async () => {
    const { code, output } = await run('pnpm', 'new:variant', basename(folder));
    expect(code, output).toBe(0);
    expect(output).toContain(`pnpm test ${folder}`);
    const listing = await readFile(join(copy, 'experiments/package.json'), 'utf8');
    expect(listing).toContain(`"@sae-lab/${basename(folder)}": "workspace:*"`);
  });

  it.each([
    ['pnpm', 'install', '--frozen-lockfile', '--prefer-offline'],
    ['node_modules/.bin/oxfmt', '--check', folder, 'experiments/package.json'],
    ['node_modules/.bin/oxlint', '--type-aware', folder],
    ['node_modules/.bin/knip', '--workspace', folder, '--workspace', 'experiments'],
    ['node_modules/.bin/turbo', 'boundaries'],
    ['node_modules/.bin/tsc', '--project', folder],
    ['node_modules/.bin/vitest', 'run', folder],
  ])('writes a package that passes %s %s', async (command, ...args) => {
    const { code, output } = await run(command, ...args);
    expect(code, output).toBe(0);
  });
});
