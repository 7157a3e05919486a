import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downloadSnapshot } from '../download/download-snapshot.ts';
import type { HubSettings } from '../settings.ts';
import { bytesOf, errorOf, serve, settingsFor, temporaryFolder } from '../test-support.ts';
import { uploadFiles, type LocalFile } from './upload-files.ts';

const TOKEN = { HF_TOKEN: 'hf_test' };
const ID = 'org/new-sae';
const OPTIONS = { title: 'Add an SAE' };

/** A small file, and one that goes to large-file storage. */
function files(large = bytesOf(3000)): LocalFile[] {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'cfg.json'), '{}');
  writeFileSync(join(folder, 'weights'), large);
  return [
    { path: 'cfg.json', localPath: join(folder, 'cfg.json') },
    { path: 'a/sae.safetensors', localPath: join(folder, 'weights') },
  ];
}

async function contentOf(settings: HubSettings): Promise<Record<string, number>> {
  const { files: there } = await downloadSnapshot('model', ID, ['**'], { settings });
  return Object.fromEntries(there.map(({ path, size }) => [path, size]));
}

describe('uploadFiles', () => {
  it('creates a repository with the files, and sends nothing a second time', async () => {
    const { server } = await serve();
    const settings = settingsFor(server, TOKEN);
    const first = await uploadFiles(ID, files(), { ...OPTIONS, settings });
    expect(first).toMatchObject({
      url: `${server.endpoint}/${ID}`,
      uploaded: ['cfg.json', 'a/sae.safetensors'],
    });
    expect(await contentOf(settings)).toMatchObject({ 'cfg.json': 2, 'a/sae.safetensors': 3000 });
    server.reset();
    const second = await uploadFiles(ID, files(), { ...OPTIONS, settings });
    expect(second).toMatchObject({ uploaded: [], commit: first.commit });
    expect(server.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('sends the token to the hub only', async () => {
    const { server } = await serve();
    await uploadFiles(ID, files(), { ...OPTIONS, settings: settingsFor(server, TOKEN) });
    const stored = server.requests.filter(({ method }) => method === 'PUT');
    expect(stored.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it('creates a private repository if asked to', async () => {
    const { server } = await serve();
    await uploadFiles(ID, files(), { ...OPTIONS, isPrivate: true, settings: settingsFor(server, TOKEN) });
    const stranger = settingsFor(server, { HF_TOKEN: 'hf_stranger' });
    expect((await errorOf(() => contentOf(stranger))).code).toBe('hub.unknown-repository');
  });

  it('tries again after a server error', async () => {
    const { server } = await serve();
    const settings = settingsFor(server, TOKEN);
    server.fail({ path: /preupload|storage|commit/, times: 3, effect: { kind: 'status', status: 503 } });
    await uploadFiles(ID, files(), { ...OPTIONS, settings });
    expect(await contentOf(settings)).toMatchObject({ 'a/sae.safetensors': 3000 });
  });

  it('refuses a repository with other content, unless it is forced', async () => {
    const there = { type: 'model', id: ID, files: { 'cfg.json': 'other', 'model.bin': 'x' } } as const;
    const { server } = await serve(there);
    const settings = settingsFor(server, TOKEN);
    const error = await errorOf(() => uploadFiles(ID, files(), { ...OPTIONS, settings }));
    expect(error).toMatchObject({ code: 'hub.other-content', details: { received: 'cfg.json, model.bin' } });
    expect(await contentOf(settings)).toEqual({ 'cfg.json': 5, 'model.bin': 1 });
    await uploadFiles(ID, files(), { ...OPTIONS, settings, force: true });
    expect(await contentOf(settings)).toEqual({ 'a/sae.safetensors': 3000, 'cfg.json': 2, 'model.bin': 1 });
  });

  it.each<[string, NodeJS.ProcessEnv, string]>([
    ['no token', {}, 'hub.no-token'],
    ['a token that can only read', { HF_TOKEN: 'hf_stranger' }, 'hub.no-write-access'],
    ['a wrong token', { HF_TOKEN: 'hf_wrong' }, 'hub.bad-token'],
    ['a token of another service', { HF_TOKEN: 'ghp_1' }, 'hub.bad-token'],
    ['no network', { ...TOKEN, HF_HUB_OFFLINE: '1' }, 'hub.unreachable'],
  ])('fails with %s', async (_what, env, code) => {
    const { server } = await serve();
    const error = await errorOf(() =>
      uploadFiles(ID, files(), { ...OPTIONS, settings: settingsFor(server, env) }),
    );
    expect(error.code).toBe(code);
  });
});
