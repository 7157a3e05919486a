/** `pnpm sae` on the runs of a real sweep, with a local hub. The tests share one data folder. */
import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '@sae-lab/command-line';
import { loadForeignSae } from '@sae-lab/core';
import {
  evaluationsOfRun,
  evaluationsOfSae,
  latentOf,
  openDatabase,
  runsOfSweep,
  type Database,
} from '@sae-lab/db';
import { listSaes, pairCosines } from '@sae-lab/db/reading';
import { removeDataDir } from '@sae-lab/db/testing';
import { startHubServer, type HubServer } from '@sae-lab/hub/testing';
import type { ReadAnswer, SteerAnswer } from '@sae-lab/text/answers';
import { TextService } from '@sae-lab/text/service';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { evaluate, newDataDir, sweep } from './sweep-command.ts';

const FILES = [
  'README.md',
  'cfg.json',
  'load_with_saelens.py',
  'plots',
  'sae_lab.json',
  'sae_weights.safetensors',
  'sparsity.safetensors',
];
const PLOTS = ['active_units', 'code_activations', 'loss'].flatMap((name) => [`${name}.png`, `${name}.svg`]);

let dataDir: string;
let out: string;
let server: HubServer;
let hashes: string[];

beforeAll(async () => {
  dataDir = await newDataDir();
  out = await mkdtemp(join(tmpdir(), 'sae-lab-export-'));
  server = await startHubServer({ repositories: [] });
  await sweep('tiny.ts', dataDir);
  await evaluate('tiny', dataDir, ['--only', 'ce', '--tokens', '200']);
  const database = await openDatabase({ dataDir, url: '' });
  hashes = (await runsOfSweep(database.db, 1)).map(({ runHash }) => runHash);
  await database.close();
});
afterAll(async () => {
  await server.close();
  await removeDataDir(dataDir);
  await rm(out, { recursive: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `pnpm sae`. Not synchronously, because the hub is in this process. */
function sae(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const hub = { HF_ENDPOINT: server.endpoint, HF_HOME: join(out, 'hub'), HF_TOKEN: '' };
  return new Promise((resolve) => {
    const script = join(PROJECT_ROOT, 'scripts/launch.mjs');
    execFile(
      process.execPath,
      [script, 'sae', ...args],
      { cwd: out, env: { ...process.env, DATABASE_URL: '', SAE_LAB_DATA: dataDir, ...hub, ...env } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

describe('pnpm sae export', () => {
  it('writes a run that loads as it was saved', async () => {
    const folder = join(out, 'run');
    const { code, stdout } = await sae(['export', hashes[0]!.slice(0, 8), '--to', folder]);
    expect([code, stdout]).toEqual([0, `Exported 1 SAE to ${folder}\n`]);
    expect(readdirSync(folder).toSorted()).toEqual(FILES);
    expect(readdirSync(join(folder, 'plots')).toSorted()).toEqual(PLOTS);
    const saved = await loadForeignSae(join(dataDir, 'runs', hashes[0]!, 'sae'));
    expect((await loadForeignSae(folder)).sae).toEqual(saved.sae);
  });

  it('adds the figures and what was trained to the metadata', () => {
    const { metadata } = json(join(out, 'run', 'cfg.json'));
    expect(metadata).toMatchObject({
      sae_lens_version: '6.18.0',
      hook_name: 'blocks.1.hook_mlp_out',
      training_architecture: 'topk',
      training_tokens: 20 * 256,
      figures: { l0: expect.closeTo(4), explained_variance: expect.any(Number) as number },
    });
    expect(json(join(out, 'run', 'sae_lab.json'))).toMatchObject({
      runHash: hashes[0],
      variant: 'topk',
      hyper: { k: 4 },
      lossConvention: expect.stringContaining('AuxK') as string,
      provenance: { node: process.version },
    });
  });

  it('has the figures of evaluations in the metadata and the card', () => {
    const card = readFileSync(join(out, 'run', 'README.md'), 'utf8');
    expect(card).toMatch(/^\| CE recovered \| \S+ \|/m);
    const { metadata } = json(join(out, 'run', 'cfg.json')) as { metadata: { figures: object } };
    const recovered = { value: expect.any(Number) as number, low: null };
    expect(metadata.figures).toHaveProperty('ce_recovered', recovered.value);
    expect(json(join(out, 'run', 'sae_lab.json'))).toMatchObject({
      figures: metadata.figures,
      evaluations: [{ name: 'ce', settings: { maxTokens: 200 }, figures: { ce_recovered: recovered } }],
    });
  });

  it('publishes no name of a machine or a folder', () => {
    const text = FILES.filter((file) => /json|md|py/.test(file)).map((file) =>
      readFileSync(join(out, 'run', file), 'utf8'),
    );
    for (const folder of [dataDir, PROJECT_ROOT]) expect(text.join('\n')).not.toContain(folder);
    expect(text.join('\n')).not.toContain('hostname');
  });

  it('writes held-out activations into the program for Python', () => {
    const program = readFileSync(join(out, 'run', 'load_with_saelens.py'), 'utf8');
    expect(program).toContain('# Three held-out activations of the hook.');
    const [, matrix = ''] = /^X = (\[.*?^\])/ms.exec(program) ?? [];
    const rows = JSON.parse(matrix.replaceAll(/,\s*(?=\])/g, '')) as number[][];
    expect(rows.map((row) => row.length)).toEqual([128, 128, 128]);
    const [, codes = ''] = /^CODES = (\[.*?^\])/ms.exec(program) ?? [];
    // k latents of each row, without those that the ReLU switches off.
    expect(codes.match(/\d+: /g)!.length).toBeLessThanOrEqual(3 * 4);
  });

  it('refuses a folder with files', async () => {
    const again = await sae(['export', hashes[0]!, '--to', 'run']);
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/^error share\.not-empty\n.*--force/);
  });

  it('writes every run of a sweep, and a card that lists them', async () => {
    const { code } = await sae(['export', 'tiny']);
    expect(code).toBe(0);
    const names = hashes.map((hash) => `topk-${hash.slice(0, 8)}`);
    expect(json(join(out, 'tiny', 'sae_lab_sweep.json'))).toEqual({ sweep: 'tiny', runs: names });
    const card = readFileSync(join(out, 'tiny', 'README.md'), 'utf8');
    expect(card).toMatch(/\| Explained variance \| CE recovered \|$/m);
    for (const name of names) {
      expect(readdirSync(join(out, 'tiny', name)).toSorted()).toEqual(FILES);
      expect(card).toContain(`[${name}](${name})`);
    }
  });

  it('reports missing files', async () => {
    const file = join(dataDir, 'runs', hashes[1]!, 'sae', 'sparsity.safetensors');
    const bytes = readFileSync(file);
    rmSync(file);
    const { code, stderr } = await sae(['export', hashes[1]!, '--to', 'missing']);
    writeFileSync(file, bytes);
    expect([code, stderr.split('\n')[0]]).toEqual([1, 'error share.missing-files']);
    expect(stderr).toContain('sparsity.safetensors is missing');
  });
});

describe('pnpm sae plot', () => {
  it('writes SVG and PNG', async () => {
    expect((await sae(['plot', hashes[0]!, '--to', 'plots'])).code).toBe(0);
    expect(readdirSync(join(out, 'plots')).toSorted()).toEqual(PLOTS);
    const png = readFileSync(join(out, 'plots', 'loss.png'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(readFileSync(join(out, 'plots', 'loss.svg'), 'utf8')).toMatch(
      /^<svg.*Reconstruction.*<\/svg>\n$/s,
    );
  });
});

describe('pnpm sae push and pull', () => {
  const token = { HF_TOKEN: 'hf_test' };

  it('carry a run to the hub and back', async () => {
    const pushed = await sae(['push', hashes[0]!, 'me/my-sae'], token);
    expect(pushed).toMatchObject({ code: 0, stdout: `Uploaded 12 files to ${server.endpoint}/me/my-sae\n` });
    const pulled = await sae(['pull', 'hub:me/my-sae', '--to', 'pulled']);
    expect(pulled.code).toBe(0);
    expect(pulled.stdout).toContain(
      'saelens, topk: 64 latents, 128 dimensions, blocks.1.hook_mlp_out of neox-1.7m',
    );
    for (const file of FILES.filter((name) => name !== 'plots')) {
      expect(readFileSync(join(out, 'pulled', file)), file).toEqual(readFileSync(join(out, 'run', file)));
    }
    expect(readdirSync(join(out, 'pulled', 'plots')).toSorted()).toEqual(PLOTS);
  });

  it('refuse to overwrite other content', async () => {
    const other = await sae(['push', './tiny', 'me/my-sae'], token);
    expect([other.code, other.stderr.split('\n')[0]]).toEqual([1, 'error hub.other-content']);
  });

  it('carry the SAEs of a sweep', async () => {
    expect((await sae(['push', './tiny', 'me/sweep'], token)).code).toBe(0);
    expect((await sae(['pull', 'hub:me/sweep'])).code).toBe(0);
    expect(readdirSync(join(out, 'sweep')).filter((name) => name.startsWith('topk-'))).toHaveLength(2);
  });

  it('fail without a token', async () => {
    const { code, stderr } = await sae(['push', './run', 'me/another']);
    expect([code, stderr.split('\n')[0]]).toEqual([2, 'error hub.no-token']);
  });
});

/** The repository has the weights of the first run, so everything must be as for the run. */
describe('pnpm evaluate on a published SAE', () => {
  const asked = ['--only', 'reconstruction,features', '--tokens', '400'];
  const subject = { saeId: 1 };
  let database: Database;
  let texts: TextService;
  let runId: number;

  beforeAll(async () => {
    vi.stubEnv('HF_ENDPOINT', server.endpoint);
    vi.stubEnv('HF_HOME', join(out, 'hub'));
    const run = hashes[0]!.slice(0, 8);
    for (const args of [
      [run, ...asked],
      ['hub:me/my-sae', ...asked, '--like', 'tiny'],
      [run, '--with', 'sae-1', '--tokens', '400'],
    ]) {
      const { code, stderr } = await evaluate(args[0]!, dataDir, args.slice(1));
      if (code !== 0) throw new Error(`the set-up failed:\n${stderr}`);
    }
    database = await openDatabase({ dataDir, url: '' });
    runId = (await runsOfSweep(database.db, 1)).find(({ runHash }) => runHash === hashes[0])!.id;
    texts = new TextService({ dataDir, databaseUrl: database.url });
  });
  afterAll(async () => {
    texts.close();
    await database.close();
    vi.unstubAllEnvs();
  });

  it('stores where it comes from: its repository at a commit, and its data', async () => {
    expect(await listSaes(database.db)).toMatchObject([
      {
        id: 1,
        kind: 'foreign',
        source: 'hub:me/my-sae',
        hook: 'blocks.1.hook_mlp_out',
        config: { commit: expect.stringMatching(/^[\da-f]{40}$/) as string },
        data: { model: expect.stringContaining('neox-1.7m') as string },
      },
    ]);
  });

  it('gives the figures and latents of the run', async () => {
    const ofRun = await evaluationsOfRun(database.db, runId);
    const ofSae = await evaluationsOfSae(database.db, subject.saeId);
    expect(ofSae.map(({ name }) => name).toSorted()).toEqual(['features', 'reconstruction']);
    for (const { name, figures, dataId, settingsHash } of ofSae) {
      expect(ofRun.find((one) => one.name === name)).toMatchObject({ figures, dataId, settingsHash });
    }
    const evaluationOf = (rows: typeof ofRun): number => rows.find(({ name }) => name === 'features')!.id;
    for (let latent = 0; latent < 64; latent++) {
      const found = await latentOf(database.db, evaluationOf(ofSae), latent);
      expect(found).toBeDefined();
      expect(found).toEqual(await latentOf(database.db, evaluationOf(ofRun), latent));
    }
  });

  it('reads a text and steers as the run does', async () => {
    const text = 'The old man sat by the river.';
    const { answer: read } = await texts.ask({ kind: 'read', text, saes: [{ runId }, subject] });
    const [own, other] = (read as ReadAnswer).saes;
    expect(own!.latents.length).toBeGreaterThan(0);
    expect(other).toEqual({ ...own, of: subject });
    const steered = async (of: { runId: number } | { saeId: number }): Promise<SteerAnswer> => {
      const change = { kind: 'add', strength: 2, unit: 'max' } as const;
      const { latent } = own!.latents[0]!;
      const asking = { kind: 'steer', sae: of, text, latent, change, from: 0, steps: 4 } as const;
      return (await texts.ask(asking)).answer as SteerAnswer;
    };
    expect(await steered(subject)).toEqual(await steered({ runId }));
  });

  it('is matched with the run, latent by latent', async () => {
    const pair = (await pairCosines(database.db, subject, { runId }))!;
    expect(pair).toMatchObject({ runA: runId, saeB: 1, runB: null });
    for (const cosine of [...pair.cosineA, ...pair.partnerCosineA]) {
      if (!Number.isNaN(cosine)) expect(cosine).toBeCloseTo(1, 6);
    }
    expect(pair.figures['match_one_to_one']).toBeCloseTo(1, 6);
  });

  it('notices files that changed or are gone', async () => {
    const folder = join(out, 'copy');
    cpSync(join(out, 'run'), folder, { recursive: true });
    // The same weights are the same SAE, which now comes from here.
    const { code } = await evaluate(folder, dataDir, [...asked, '--like', 'tiny']);
    expect(code).toBe(0);
    expect(await listSaes(database.db)).toMatchObject([{ id: 1, source: folder }]);
    cpSync(join(dataDir, 'runs', hashes[1]!, 'sae'), folder, { recursive: true });
    const changed = await evaluate('sae-1', dataDir, asked);
    expect([changed.code, changed.stderr]).toEqual([2, expect.stringMatching(/^error sae\.changed\n/m)]);
    rmSync(folder, { recursive: true });
    const fresh = new TextService({ dataDir, databaseUrl: database.url });
    await expect(fresh.ask({ kind: 'read', text: 'x', saes: [subject] })).rejects.toMatchObject({
      code: 'sae.not-found',
    });
    fresh.close();
  });
});
