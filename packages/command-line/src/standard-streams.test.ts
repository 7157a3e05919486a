import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

const module = new URL('standard-streams.ts', import.meta.url).href;

/** A process that writes to a pipe which is closed after its first line, and then goes on. */
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
  it.each(['stdout', 'stderr'] as const)('lets a process go on whose %s nobody reads', async (name) => {
    expect(await writeToClosedPipe(name, '')).not.toBe(7);
    expect(await writeToClosedPipe(name, 'outliveReaders();')).toBe(7);
  });
});
