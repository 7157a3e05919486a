/** Helpers shared by the tests of this package. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { onTestFinished } from 'vitest';
import { hubSettings, type HubSettings } from './settings.ts';
import { startHubServer, type HubServer, type ServedRepository } from './testing/index.ts';

/** Creates a folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sae-lab-hub-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The path of a folder that cannot be created. */
export function fileInTheWay(): string {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  return join(file, 'cache');
}

/** Starts a server that is closed after the test, and returns settings for it. */
export async function serve(
  ...repositories: ServedRepository[]
): Promise<{ server: HubServer; settings: HubSettings }> {
  const server = await startHubServer({ repositories });
  onTestFinished(() => server.close());
  return { server, settings: settingsFor(server) };
}

/** Settings with an empty cache and short retry delays. */
export function settingsFor(server: HubServer, env: NodeJS.ProcessEnv = {}): HubSettings {
  const settings = hubSettings({ HF_ENDPOINT: server.endpoint, HF_HOME: temporaryFolder(), ...env });
  return { ...settings, retry: { ...settings.retry, firstDelay: 0.01 } };
}

/** Bytes without repetition. */
export function bytesOf(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => Math.imul(i, 2654435761) >>> 24));
}

/** The SaeLabError that a call throws or rejects with. */
export async function errorOf(act: () => unknown): Promise<SaeLabError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof SaeLabError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
