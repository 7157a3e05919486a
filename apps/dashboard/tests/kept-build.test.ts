/** Builds that are served while later ones are made, with other processes as servers. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { keepBuild } from '../scripts/kept-build.ts';

const dashboard = mkdtempSync(join(tmpdir(), 'kept-build-'));
afterAll(() => rmSync(dashboard, { recursive: true }));

/** As Next does it: the folder is cleared first. */
function build(id: string): void {
  const folder = join(dashboard, '.next');
  rmSync(folder, { recursive: true, force: true });
  for (const part of ['static', 'cache']) mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(join(folder, 'BUILD_ID'), id);
  writeFileSync(join(folder, 'static/chunk.js'), id);
}

const kept = (): string[] => readdirSync(join(dashboard, '.served')).toSorted();

/** Another process that keeps the build, until it is killed. */
async function serve(): Promise<ChildProcess> {
  const script = new URL('../scripts/kept-build.ts', import.meta.url).href;
  const code = `import { keepBuild } from ${JSON.stringify(script)};
    keepBuild(${JSON.stringify(dashboard)});
    console.log('serving');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

test('a build is kept for as long as a process serves it', async () => {
  build('a');
  const one = await serve();
  const two = await serve();
  build('b');
  // Left by a start that was killed while it copied.
  mkdirSync(join(dashboard, '.served/c.part'));
  const b = keepBuild(dashboard);
  expect(b.folder).toBe(join('.served', 'b'));
  expect(kept()).toEqual(['a', 'b']);
  const chunk = join(dashboard, '.served/a/static/chunk.js');
  expect(readFileSync(chunk, 'utf8')).toBe('a');
  // What only a build reads is not copied.
  expect(existsSync(join(dashboard, '.served/a/cache'))).toBe(false);

  await kill(one);
  keepBuild(dashboard).release();
  expect(kept()).toEqual(['a', 'b']);
  await kill(two);
  keepBuild(dashboard).release();
  expect(kept()).toEqual(['b']);

  build('d');
  keepBuild(dashboard).release();
  expect(kept()).toEqual(['b', 'd']);
  b.release();
  keepBuild(dashboard).release();
  expect(kept()).toEqual(['d']);
});
