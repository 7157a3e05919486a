import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { probeDevice } from './probe-device.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sae-lab-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

let scripts = 0;
async function newScript(source: string): Promise<string> {
  const file = join(folder, `${(scripts += 1)}.mjs`);
  await writeFile(file, source);
  return file;
}

it('returns the answer of the probe', async () => {
  const script = await newScript(`process.send({ device: 'webgpu', choice: 'device: webgpu' });`);
  expect(await probeDevice('auto', script)).toEqual({ device: 'webgpu', choice: 'device: webgpu' });
});

it('treats a probe that crashes as a device that cannot be used', async () => {
  const script = await newScript(`process.kill(process.pid, 'SIGSEGV');`);
  expect(await probeDevice('auto', script)).toMatchObject({ device: 'cpu' });
  await expect(probeDevice('cuda', script)).rejects.toMatchObject({ code: 'kernels.device-unavailable' });
});

it.each(['SIGINT', 'SIGTERM'] as const)('exits at once on %s and also ends a stuck probe', async (signal) => {
  const pidFile = join(folder, signal);
  const script = await newScript(`
    import { writeFileSync } from 'node:fs';
    writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
    for (;;);`);
  const module = new URL('probe-device.ts', import.meta.url).href;
  const parent = await newScript(
    `import { probeDevice } from '${module}'; await probeDevice('cuda', ${JSON.stringify(script)});`,
  );
  const child = spawn(process.execPath, [parent]);
  const stuck = await vi.waitFor(
    async () => Number(await readFile(pidFile, 'utf8')) || expect.fail('not yet'),
    {
      timeout: 60_000,
      interval: 100,
    },
  );
  child.kill(signal);
  expect(await once(child, 'close')).toEqual([null, signal]);
  await vi.waitFor(() => expect(() => process.kill(stuck, 0)).toThrow('ESRCH'), { timeout: 20_000 });
});
