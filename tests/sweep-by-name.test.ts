/** A model and a corpus by name. The tests share one data folder and one cache, and run in order. */
import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { openDatabase, runsOfSweep } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { servedFolder, startHubServer, type HubServer } from '@sae-lab/hub/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDataDir, sweep } from './sweep-command.ts';

const models = fileURLToPath(new URL('../models/', import.meta.url));
const corpus = gunzipSync(readFileSync(join(models, 'corpus', 'public-domain-en.jsonl.gz')));
const lines = corpus.toString('utf8').split('\n').slice(0, 20).join('\n');

let dataDir: string;
let cache: string;
let server: HubServer;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  dataDir = await newDataDir();
  cache = await mkdtemp(join(tmpdir(), 'sae-lab-hub-'));
  server = await startHubServer({
    repositories: [
      ...['org/model', 'EleutherAI/pythia-70m-deduped'].map((id) => ({
        type: 'model' as const,
        id,
        files: servedFolder(join(models, 'neox-1.7m')),
      })),
      ...['org/corpus', 'NeelNanda/pile-10k'].map((id) => ({
        type: 'dataset' as const,
        id,
        files: { 'train.jsonl': lines },
      })),
    ],
  });
  env = { HF_ENDPOINT: server.endpoint, HF_HOME: cache };
});
afterAll(async () => {
  await server.close();
  await removeDataDir(dataDir);
  await rm(cache, { recursive: true });
});

describe('pnpm sweep on a model and a corpus by name', () => {
  it('downloads, extracts, trains, and stores the commits of both', async () => {
    const { code, events, stderr } = await sweep('by-name.ts', dataDir, ['--json'], env);
    expect(stderr).toContain('"type":"download.progress"');
    expect(code).toBe(0);
    const last = events().at(-1)!;
    expect(last).toMatchObject({ type: 'sweep.finished', runs: 1, finished: 1 });
    const database = await openDatabase({ dataDir, url: '' });
    try {
      const [run] = await runsOfSweep(database.db, last['sweepId'] as number);
      const commit = expect.stringMatching(/^[0-9a-f]{40}$/) as string;
      expect(run!.provenance).toMatchObject({
        commits: { 'model org/model': commit, 'dataset org/corpus': commit },
      });
      const config = readFileSync(join(dataDir, 'runs', run!.runHash, 'sae', 'cfg.json'), 'utf8');
      expect(JSON.parse(config)).toMatchObject({ metadata: { model_name: 'org/model' } });
    } finally {
      await database.close();
    }
  });

  it('trains nothing the second time, and names an unknown model', async () => {
    const again = await sweep('by-name.ts', dataDir, ['--json'], env);
    expect(again.stderr).not.toContain('download.progress');
    expect(again.events().at(-1)).toMatchObject({ skipped: 1, finished: 0 });
    const elsewhere = { ...env, HF_HOME: join(cache, 'empty'), HF_HUB_OFFLINE: '1' };
    const { code, stderr } = await sweep('by-name.ts', dataDir, [], elsewhere);
    expect(code).not.toBe(0);
    expect(stderr).toContain('hub.not-cached');
  });

  it('streams a dataset in random order, trains and evaluates', async () => {
    const { code, stderr, events } = await sweep('by-name-streamed.ts', dataDir, ['--json'], env);
    expect(stderr).not.toContain('error ');
    expect(code).toBe(0);
    const all = events();
    expect(all).toContainEqual(expect.objectContaining({ type: 'activations.store', store: 'stream' }));
    expect(all.at(-1)).toMatchObject({ type: 'sweep.finished', runs: 2, finished: 2 });
    expect(all.filter(({ type }) => type === 'evaluation.finished')).toHaveLength(4);
  });

  it('lists the hooks of a model without training', async () => {
    const hooksOf = (model: string, ...flags: string[]): ReturnType<typeof sweep> =>
      sweep('by-name.ts', dataDir, ['--list-hooks', model, ...flags], env);
    const { code, stdout } = await hooksOf('org/model');
    expect(code).toBe(0);
    expect(stdout).toMatch(/│ blocks\.\{0\.\.5\}\.hook_mlp_out +│ +128 │ gpt_neox\.layers\.\{0\.\.5\}\.mlp/);
    const { events } = await hooksOf(join(models, 'neox-1.7m'), '--json');
    expect(events()).toContainEqual(
      expect.objectContaining({ type: 'hook', name: 'blocks.3.hook_mlp_out', dimensions: 128 }),
    );
    const unknown = await hooksOf('org/modell');
    expect(unknown.stderr).toContain('hub.unknown-repository');
    expect(unknown.code).toBe(2);
  });

  it('plans the notebook, whose model and dataset are on the hub', async () => {
    const { code, events } = await sweep(
      '../../experiments/notebook.ts',
      dataDir,
      ['--dry-run', '--json'],
      env,
    );
    expect(code).toBe(0);
    expect(events()).toMatchObject([
      { type: 'activations.store', store: 'cache' },
      { type: 'run.planned', hook: 'blocks.5.hook_mlp_out', width: 1024, variant: 'relu-l1', seed: 0 },
      { type: 'sweep.planned', name: 'notebook', runs: 1, toRun: 1 },
    ]);
  });
});
