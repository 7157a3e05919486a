import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesOf, errorOf, fileInTheWay, serve, settingsFor } from '../test-support.ts';
import { listRepository } from './list-repository.ts';

const TINY = {
  type: 'model',
  id: 'org/tiny-model',
  files: { 'config.json': '{}', 'onnx/model.onnx': bytesOf(5000), 'model.safetensors': bytesOf(3000), a: '' },
  branches: { step3: { 'config.json': '{"step": 3}' } },
} as const;

describe('listRepository', () => {
  it('resolves the commit and reads every page of the listing', async () => {
    const { server, settings } = await serve(TINY);
    const listing = await listRepository('model', 'org/tiny-model', { settings });
    expect(listing.files).toMatchObject([
      {
        path: 'a',
        size: 0,
        hash: { algorithm: 'git-sha1', value: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' },
      },
      { path: 'config.json', size: 2 },
      { path: 'model.safetensors', size: 3000, hash: { algorithm: 'sha256' } },
      { path: 'onnx/model.onnx', size: 5000 },
    ]);
    expect(listing.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(server.requests.filter(({ path }) => path.includes('/tree/'))).toHaveLength(3);
  });

  it('requests the list of a commit only once', async () => {
    const { server, settings } = await serve(TINY);
    const { commit } = await listRepository('model', 'org/tiny-model', { settings });
    server.reset();
    const again = await listRepository('model', 'org/tiny-model', { settings, revision: commit });
    expect(again.files).toHaveLength(4);
    expect(server.requests).toEqual([]);
    await listRepository('model', 'org/tiny-model', { settings });
    expect(server.requests).toHaveLength(1);
  });

  it('lists another revision', async () => {
    const { settings } = await serve(TINY);
    const { files } = await listRepository('model', 'org/tiny-model', { settings, revision: 'step3' });
    expect(files).toMatchObject([{ path: 'config.json', size: 11 }]);
  });

  it('falls back to the cache if the hub is unavailable', async () => {
    const { server, settings } = await serve(TINY);
    const first = await listRepository('model', 'org/tiny-model', { settings });
    server.reset();
    server.fail({ path: /revision/, times: 100, effect: { kind: 'status', status: 503 } });
    const { unreachable, ...rest } = await listRepository('model', 'org/tiny-model', { settings });
    expect(rest).toEqual(first);
    expect(unreachable).toMatchObject({ code: 'hub.unavailable' });
    // With a cached listing, it stops retrying early.
    expect(server.requests).toHaveLength(2);
    const offline = await listRepository('model', 'org/tiny-model', {
      settings: { ...settings, offline: true },
    });
    expect(offline).toEqual(first);
  });

  it('works without a writable cache', async () => {
    const { settings } = await serve(TINY);
    const listing = await listRepository('model', 'org/tiny-model', {
      settings: { ...settings, cache: fileInTheWay() },
    });
    expect(listing.files).toHaveLength(4);
  });

  it('retries 5xx, and 429 after the delay that the hub asks for', async () => {
    const { server, settings } = await serve(TINY);
    server.fail({ path: /revision/, effect: { kind: 'status', status: 500 } });
    server.fail({
      path: /revision/,
      effect: { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
    });
    server.fail({
      path: /revision/,
      effect: { kind: 'status', status: 429, headers: { ratelimit: '"api";r=0;t=0' } },
    });
    const started = performance.now();
    await listRepository('model', 'org/tiny-model', { settings });
    // It waits one second, as requested.
    expect(performance.now() - started).toBeGreaterThan(990);
    expect(server.requests.filter(({ path }) => path.includes('/revision/'))).toHaveLength(4);
  });

  it.each([
    [{ kind: 'status', status: 503 }, 'hub.unavailable', 5],
    [{ kind: 'status', status: 429, headers: { 'retry-after': '0' } }, 'hub.rate-limited', 5],
    // The requested delay is longer than the limit.
    [{ kind: 'status', status: 429, headers: { 'retry-after': '3000' } }, 'hub.rate-limited', 1],
    [{ kind: 'status', status: 418 }, 'hub.unexpected-answer', 1],
  ] as const)('gives up on %j', async (effect, code, requests) => {
    const { server, settings } = await serve(TINY);
    server.fail({ path: /./, times: 100, effect });
    const error = await errorOf(() => listRepository('model', 'org/tiny-model', { settings }));
    expect(error.code).toBe(code);
    expect(server.requests).toHaveLength(requests);
  });

  it('reports an unreachable hub', async () => {
    const { server, settings } = await serve(TINY);
    await server.close();
    const error = await errorOf(() => listRepository('model', 'org/tiny-model', { settings }));
    expect(error.code).toBe('hub.unreachable');
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('names the folder of the cache in offline mode', async () => {
    const { settings } = await serve(TINY);
    const offline = { ...settings, offline: true };
    const error = await errorOf(() => listRepository('model', 'org/tiny-model', { settings: offline }));
    expect(error).toMatchObject({
      code: 'hub.not-cached',
      details: {
        expected: `a snapshot in ${join(settings.cache, 'models--org--tiny-model')}`,
        received: 'no revision',
      },
    });
    await listRepository('model', 'org/tiny-model', { settings });
    const other = await errorOf(() =>
      listRepository('model', 'org/tiny-model', { settings: offline, revision: 'step3' }),
    );
    expect(other.details.received).toBe('revisions main');
  });

  it('reports a revision without downloaded files in offline mode', async () => {
    const { settings } = await serve(TINY);
    await listRepository('model', 'org/tiny-model', { settings });
    rmSync(join(settings.cache, 'models--org--tiny-model/trees'), { recursive: true });
    const offline = { ...settings, offline: true };
    const error = await errorOf(() => listRepository('model', 'org/tiny-model', { settings: offline }));
    expect(error.code).toBe('hub.not-cached');
  });

  it('rejects paths that leave the folder of the repository', async () => {
    const { settings } = await serve({ type: 'model', id: 'org/evil', files: { '../../evil': 'x' } });
    const error = await errorOf(() => listRepository('model', 'org/evil', { settings }));
    expect(error).toMatchObject({ code: 'hub.unexpected-answer', details: { received: '"../../evil"' } });
  });
});

describe('an error', () => {
  it.each(['', 'a/b/c', 'org/', '/org', 'org/..', 'org/na me', 'org/a--b', 'org/name.git', '-x/y'])(
    'rejects the name %j',
    async (id) => {
      expect((await errorOf(() => listRepository('model', id))).code).toBe('hub.bad-repository');
    },
  );

  it.each([
    ['https://huggingface.co/org/model/tree/main', 'write org/model.'],
    ['https://huggingface.co/datasets/org/data', 'write org/data.'],
    ['org/model@v1', "{ id: 'org/model', revision: 'v1' }"],
  ])('explains how to write %s', async (id, advice) => {
    expect((await errorOf(() => listRepository('model', id))).details.fix).toContain(advice);
  });

  it('suggests similar names for an unknown repository', async () => {
    const { settings } = await serve(
      { type: 'model', id: 'org/pythia-70m-deduped', files: {} },
      { type: 'model', id: 'org/pythia-70m', files: {} },
      { type: 'model', id: 'org/another-model', files: {} },
      { type: 'model', id: 'other/thing', files: {} },
      { type: 'dataset', id: 'org/pythia-70m-data', files: {} },
    );
    const error = await errorOf(() => listRepository('model', 'org/pythia-70m-dedup', { settings }));
    expect(error.code).toBe('hub.unknown-repository');
    expect(error.details.fix).toContain(
      'Did you mean org/pythia-70m-deduped, org/pythia-70m? Correct the name; a path to local files starts with . or /.',
    );
    expect(error.details.fix).toContain('HF_TOKEN');
    const data = await errorOf(() => listRepository('model', 'org/pythia-70m-data', { settings }));
    expect(data.details.fix).toContain('org/pythia-70m-data is a dataset, not a model.');
    const far = await errorOf(() => listRepository('model', 'org/nothing-like-it-at-all', { settings }));
    expect(far.details.fix).not.toContain('Did you mean');
    // The letters of the owner say nothing about the name.
    const other = await errorOf(() => listRepository('model', 'other/stuff', { settings }));
    expect(other.details.fix).not.toContain('Did you mean');
    for (const id of ['pythia-70m-deduped', 'EleutherAI/Pythia-70m-deduped']) {
      const elsewhere = await errorOf(() => listRepository('model', id, { settings }));
      expect(elsewhere.details.fix).toContain('Did you mean org/pythia-70m-deduped?');
    }
  });

  it('explains how to access a private repository', async () => {
    const { server, settings } = await serve({ ...TINY, isPrivate: true });
    const error = await errorOf(() => listRepository('model', TINY.id, { settings }));
    expect(error.code).toBe('hub.unknown-repository');
    expect(error.details.fix).toContain(`${server.endpoint}/settings/tokens`);
    expect(error.details.fix).toContain(settings.tokenFile);
    const stranger = settingsFor(server, { HF_TOKEN: 'hf_stranger' });
    expect((await errorOf(() => listRepository('model', TINY.id, { settings: stranger }))).code).toBe(
      'hub.unknown-repository',
    );
    const wrong = settingsFor(server, { HF_TOKEN: 'hf_wrong' });
    expect((await errorOf(() => listRepository('model', TINY.id, { settings: wrong }))).code).toBe(
      'hub.bad-token',
    );
    const friend = settingsFor(server, { HF_TOKEN: 'hf_test' });
    expect((await listRepository('model', TINY.id, { settings: friend })).files).toHaveLength(4);
  });

  it.each(['../../etc', 'a/../b', '/main', 'a b', '', 'x\\y', '.hidden'])(
    'rejects the revision %j',
    async (revision) => {
      const { server, settings } = await serve(TINY);
      const error = await errorOf(() => listRepository('model', TINY.id, { settings, revision }));
      expect(error.code).toBe('hub.unknown-revision');
      expect(server.requests).toEqual([]);
    },
  );

  it('suggests revisions for an unknown one', async () => {
    const { settings } = await serve(TINY);
    const error = await errorOf(() => listRepository('model', TINY.id, { settings, revision: 'step-3' }));
    expect(error).toMatchObject({
      code: 'hub.unknown-revision',
      details: { received: 'step-3', expected: 'a branch, a tag or a full commit hash, e.g. step3, main' },
    });
  });
});
