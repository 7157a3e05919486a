import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { contentOfText } from '../backend/content.ts';
import { untilReachable } from '../backend/retry.ts';
import { MARKER } from '../marker.ts';
import { folderBackend } from './folder-backend.ts';

test.each([
  ['and comes back', true],
  ['and an empty folder is in its place', false],
])('a folder that goes away while a file is written %s is waited for', async (_, comesBack) => {
  const parent = mkdtempSync(join(tmpdir(), 'sae-lab-store-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const [root, away] = [join(parent, 'mounted'), join(parent, 'away')];
  mkdirSync(root);
  writeFileSync(join(root, MARKER), '{}');
  const backend = folderBackend(root);
  const content = contentOfText('the weights');
  const codes: string[] = [];
  let tries = 0;
  const put = async (): Promise<string> => {
    tries += 1;
    const chunks = async function* () {
      yield* content.open() as AsyncIterable<Uint8Array>;
      if (tries > 1) return;
      renameSync(root, away);
      if (!comesBack) mkdirSync(root);
    };
    const open = () => Readable.from(chunks(), { objectMode: false });
    try {
      return await backend.put('runs/one/weights', { ...content, open });
    } catch (error) {
      codes.push((error as { code: string }).code);
      rmSync(root, { recursive: true, force: true });
      renameSync(away, root);
      throw error;
    }
  };
  expect(await untilReachable(put, { patienceSeconds: 10 })).toBe('written');
  expect(codes).toEqual(['store.unreachable']);
  expect(readFileSync(join(root, 'runs/one/weights'), 'utf8')).toBe('the weights');
});
