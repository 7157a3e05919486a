import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { bytesOf, serve, temporaryFolder } from '../test-support.ts';
import type { HubServer } from '../testing/index.ts';

const WEIGHTS = bytesOf(400_000);
const MODEL = { type: 'model', id: 'org/tiny', files: { 'model.safetensors': WEIGHTS } } as const;
const STORAGE = /^\/storage\//;

function startDownload(server: HubServer, home: string): ChildProcess {
  const script = fileURLToPath(new URL('downloading-process.ts', import.meta.url));
  return spawn(process.execPath, [script, server.endpoint, home], { stdio: ['ignore', 'pipe', 'inherit'] });
}

interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
}

async function ended(child: ChildProcess): Promise<Ended> {
  let output = '';
  child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines: output.trim().split('\n') };
}

const stored = (server: HubServer): (string | undefined)[] =>
  server.requests.filter(({ path }) => STORAGE.test(path)).map(({ range }) => range);

it('downloads a file once for two processes', async () => {
  const { server } = await serve(MODEL);
  const home = temporaryFolder();
  server.fail({ path: STORAGE, times: 2, effect: { kind: 'slow', bytes: 20_000, milliseconds: 100 } });
  const both = await Promise.all([1, 2].map(() => ended(startDownload(server, home))));
  for (const { code, lines } of both) {
    expect(code).toBe(0);
    expect(readFileSync(lines.at(-1)!)).toEqual(WEIGHTS);
  }
  expect(stored(server)).toEqual([undefined]);
  expect(readdirSync(join(home, 'hub/models--org--tiny/blobs'))).toHaveLength(1);
});

it('resumes the download of a killed process', async () => {
  const { server } = await serve(MODEL);
  const home = temporaryFolder();
  server.fail({ path: STORAGE, effect: { kind: 'slow', bytes: 20_000, milliseconds: 100 } });
  const children = [1, 2].map(() => startDownload(server, home));
  const both = children.map(ended);
  // The process that holds the lock prints its progress and is killed. The other one waits.
  const downloading = await Promise.race(
    children.map(async (child) => {
      await once(child.stdout!, 'data');
      await once(child.stdout!, 'data');
      return child;
    }),
  );
  downloading.kill('SIGKILL');
  const { code, lines } = await both[downloading === children[0] ? 1 : 0]!;
  expect(code).toBe(0);
  expect(readFileSync(lines.at(-1)!)).toEqual(WEIGHTS);
  const [, range] = stored(server);
  expect(Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1])).toBeGreaterThanOrEqual(20_000);
});
