import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

const module = new URL('standard-streams.ts', import.meta.url).href;

/** Starts a process that writes to a pipe that is closed after its first line, and returns its exit code. */
async function writeToClosedPipe(name: 'stdout' | 'stderr', install: string) {
  const script = `
    import { outliveReaders } from ${JSON.stringify(module)};
    ${install}
    process.${name}.write('first\\n');
    process.stdin.on('data', () => {
      process.${name}.write('nobody reads this\\n');
      process.${name}.write('nor this\\n');
      setTimeout(() => process.exit(7), 50);
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  await once(child[name], 'data');
  child[name].destroy();
  await once(child[name], 'close');
  child.stdin.write('go on');
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

describe('outliveReaders', () => {
  it.each(['stdout', 'stderr'] as const)('keeps a process running when its %s is closed', async (name) => {
    expect(await writeToClosedPipe(name, '')).not.toBe(7);
    expect(await writeToClosedPipe(name, 'outliveReaders();')).toBe(7);
  });
});
