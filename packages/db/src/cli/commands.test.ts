import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sae-lab-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(script: 'stop.ts' | 'psql.ts', args: string[], { deaf = false } = {}) {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  }
  if (deaf) child.stdout.destroy();
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}

describe('pnpm db:stop', () => {
  it('uses the path of the data folder exactly as given', async () => {
    const { code, stdout } = await run('stop.ts', ['--data', '007']);
    expect([code, stdout]).toEqual([0, `No database of ${join(folder, '007')} is running.\n`]);
  });

  it('exits quietly when nothing reads its output', async () => {
    const { code, stderr } = await run('stop.ts', ['--data', '007'], { deaf: true });
    expect([code, stderr]).toEqual([0, '']);
  });
});

it.each(['stop.ts', 'psql.ts'] as const)('%s --help shows its options and examples', async (script) => {
  const { code, stdout } = await run(script, ['--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: pnpm db:/);
  for (const part of ['--data <folder>', 'Examples:', 'docs/reference.md']) expect(stdout).toContain(part);
});

it.each([
  ['stop.ts', ['--data', ''], '--data: is empty'],
  ['stop.ts', ['--data', 'a', '--data', 'b'], '--data: is given twice'],
  ['stop.ts', ['--data'], '--data: needs a value'],
  ['stop.ts', ['a'], '"a": is one argument too many'],
  ['psql.ts', ['-c', 'select 1', '--data', ''], '--data: is empty'],
  ['psql.ts', ['--data=a', '--data', 'b', '-c', 'select 1'], '--data: is given twice'],
] as const)('%s ends with 2 on %j', async (script, args, message) => {
  const { code, stderr } = await run(script, [...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(`error cli.usage\n${message}`);
});
