import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servedFolder, startHubServer, type HubServer } from '@sae-lab/hub/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { extractActivations } from '../activations/extraction/extract.ts';
import type { ExtractionSettingsInput } from '../activations/extraction/extraction-settings.ts';
import type { ModelSource } from '../activations/extraction/model/model-source.ts';
import { writeBundledCheckpoint } from '../activations/extraction/model/build/bundled-weights.ts';
import {
  datasetOf,
  errorOf,
  MODEL,
  rowsOf,
  smallSpec,
  temporaryFolder,
} from '../activations/test-support.ts';
import { extractedWith } from './extracted-with.ts';
import { TextModel } from './text-model.ts';

const HOOK = 'blocks.1.hook_mlp_out';
const TEXT =
  'In the beginning God created the heaven and the earth. And the earth was without form, and void.';

let checkpoint: string;
let server: HubServer;
beforeAll(async () => {
  checkpoint = mkdtempSync(join(tmpdir(), 'sae-lab-checkpoint-'));
  await writeBundledCheckpoint(checkpoint, 1);
  server = await startHubServer({
    repositories: [
      { type: 'model', id: 'org/exported', files: servedFolder(MODEL.folder) },
      { type: 'model', id: 'org/built', files: servedFolder(checkpoint) },
    ],
  });
});
afterAll(async () => {
  await server.close();
  rmSync(checkpoint, { recursive: true });
});
afterEach(() => void vi.unstubAllEnvs());

/** Extracts the activations of the text, and opens the model that they come from. */
async function extracted(model: ModelSource, settings: ExtractionSettingsInput) {
  const dataDir = temporaryFolder();
  const spec = smallSpec(dataDir, { model, hooks: [HOOK], dataset: datasetOf(dataDir, [TEXT]), settings });
  const [store] = await extractActivations(spec);
  const from = extractedWith(store!.manifest)!;
  const hook = { name: HOOK, ...from.model };
  const opened = await TextModel.open({ model, hooks: [hook], settings: from.settings, dataDir, threads: 1 });
  onTestFinished(() => opened.close());
  return { opened, rows: await rowsOf(store!), hook, settings: from.settings, dataDir };
}

describe('a text that is typed', () => {
  it.each<[ExtractionSettingsInput]>([
    [{ maxTokens: 16 }],
    [{ maxTokens: 16, dtype: 'float16', prependBos: false }],
    [{ maxTokens: 16, context: 'truncate', includeSpecialTokens: true }],
  ])('has the activations of the extraction, bit for bit, with %j', async (settings) => {
    const { opened, rows } = await extracted(MODEL, settings);
    const read = await opened.read(TEXT);
    expect(read.rows).toBe(rows.rows);
    expect(read.activations[0]).toEqual(rows.activations.slice(0, rows.rows * 128));
    expect(read.cutBy).toBe(settings.context === 'truncate' ? 'context' : null);
  });

  it.each([
    ['a graph on the hub', () => ({ kind: 'hub', id: 'org/exported' }) as const],
    ['safetensors on the hub', () => ({ kind: 'hub', id: 'org/built' }) as const],
    ['safetensors in a folder', () => ({ kind: 'folder', folder: checkpoint }) as const],
  ])('is read with %s', async (_, source) => {
    vi.stubEnv('HF_ENDPOINT', server.endpoint);
    vi.stubEnv('HF_HOME', temporaryFolder());
    const { opened, rows } = await extracted(source(), { maxTokens: 64 });
    const read = await opened.read(TEXT);
    expect(read.activations[0]).toEqual(rows.activations.slice(0, rows.rows * 128));
  });

  it('is steered with a graph on the hub', async () => {
    vi.stubEnv('HF_ENDPOINT', server.endpoint);
    vi.stubEnv('HF_HOME', temporaryFolder());
    const { opened } = await extracted({ kind: 'hub', id: 'org/exported' }, { maxTokens: 64 });
    const model = await opened.steerable(opened.hooks[0]!);
    const pass = await model.begin(opened.cut(TEXT).pieces[0]!.tokens);
    const clean = Float32Array.from(await pass.nextToken(pass.activations));
    expect(clean.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 4);
    expect(await pass.nextToken(Float32Array.from(pass.activations))).toEqual(clean);
    expect(await pass.nextToken(new Float32Array(pass.activations.length))).not.toEqual(clean);
  });

  it('is not read with a model that has changed since the extraction', async () => {
    const { hook, settings, dataDir } = await extracted(MODEL, { maxTokens: 16 });
    const open = (change: object) => () =>
      TextModel.open({ model: MODEL, hooks: [{ ...hook, ...change }], settings, dataDir, threads: 1 });
    for (const change of [{ graphSha256: 'other' }, { tokenizerSha256: 'other' }])
      expect((await errorOf(open(change))).code).toBe('extraction.input-changed');
  });
});
