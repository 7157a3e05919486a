import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { extractActivations } from './extract.ts';
import { openLanguageModel } from './model/language-model.ts';
import { planActivations, type ExtractionSpec } from './plan.ts';
import type { ExtractionProgress } from '../store/progress.ts';
import {
  CORPUS,
  HOOKS,
  MODEL,
  bytesOf,
  datasetOf,
  errorOf,
  rowsOf,
  smallSpec,
  temporaryFolder,
} from '../test-support.ts';

describe('extracting activations', () => {
  it("stores for each hook the model's values at the selected tokens", async () => {
    const dataDir = temporaryFolder();
    const dataset = datasetOf(dataDir, [
      'In the beginning',
      'God created the heaven and the earth.',
      'It was',
      'x',
    ]);
    const spec = smallSpec(dataDir, {
      dataset,
      settings: { tokens: 'middle', context: 'truncate', prependBos: false },
    });
    const [mlp, residual] = await extractActivations(spec);
    const { manifest } = residual!;
    expect(manifest).toMatchObject({
      rows: 4,
      documents: 4,
      skippedDocuments: 0,
      dIn: 128,
      bosTokenId: null,
    });
    expect(mlp!.manifest.hook.name).toBe(HOOKS[0]);
    expect(await rowsOf(mlp!)).not.toEqual(await rowsOf(residual!));

    const rows = await rowsOf(residual!);
    expect([...rows.document_ids]).toEqual([0, 1, 2, 3]);
    // Extracting one document at a time gives the same rows at the same positions.
    for (const [index, text] of ['In the beginning', 'God created the heaven and the earth.'].entries()) {
      const alone = { ...spec, dataset: datasetOf(temporaryFolder(), [text]), dataDir: temporaryFolder() };
      const [, store] = await extractActivations(alone);
      const one = await rowsOf(store!);
      expect(one.rows).toBe(1);
      expect(one.token_ids[0]).toBe(rows.token_ids[index]);
      one.activations.forEach((value, i) => expect(value).toBeCloseTo(rows.activations[index * 128 + i]!, 5));
    }
  });

  it('stores each row with the id of its token, whose embedding it is', async () => {
    const [store] = await extractActivations(
      smallSpec(temporaryFolder(), { hooks: ['blocks.0.hook_resid_pre'] }),
    );
    const rows = await rowsOf(store!);
    const { graph } = await openLanguageModel(MODEL);
    const table = Buffer.from(graph.initializers.get('gpt_neox.embed_in.weight')!.rawData);
    const wrong = [...rows.token_ids].filter((token, row) => {
      const stored = Buffer.from(rows.activations.slice(row * 128, (row + 1) * 128).buffer);
      return !stored.equals(table.subarray(token * 512, (token + 1) * 512));
    });
    expect(wrong).toEqual([]);
  });

  it("gives a row for each token of each document with 'chunk' and 'all'", async () => {
    const dataDir = temporaryFolder();
    const [store] = await extractActivations(smallSpec(dataDir));
    const rows = await rowsOf(store!);
    const { manifest } = store!;
    // A BOS before each piece is run through the model and not stored.
    const piecesRun = new Set([...rows.pieces].map((piece, i) => `${rows.document_ids[i]}/${piece}`)).size;
    expect(manifest.tokens - manifest.rows).toBe(piecesRun);
    expect(manifest).toMatchObject({ rows: rows.rows, documents: 12, bosTokenId: 0 });
    expect(rows.token_ids).not.toContain(0);
    expect([...rows.document_ids]).toEqual([...rows.document_ids].toSorted((a, b) => a - b));
    expect(Math.max(...rows.positions)).toBe(63);
    expect(Math.min(...rows.positions)).toBe(1);
    expect(manifest.shards.slice(0, -1).every((shard) => shard.rows === 700)).toBe(true);
  });

  it('stores half precision within 2^-11', async () => {
    const [exact] = await extractActivations(smallSpec(temporaryFolder()));
    const settings = { ...smallSpec('').settings, dtype: 'float16' as const };
    const [half] = await extractActivations(smallSpec(temporaryFolder(), { settings }));
    const values = (await rowsOf(exact!)).activations;
    const rounded = (await rowsOf(half!)).activations;
    let worst = 0;
    values.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(rounded[i]! - value) / Math.max(Math.abs(value), 2 ** -14));
    });
    expect(worst).toBeLessThanOrEqual(2 ** -11);
    expect(worst).toBeGreaterThan(0);
    expect(half!.manifest.shards[0]!.bytes).toBeLessThan(exact!.manifest.shards[0]!.bytes * 0.6);
  });

  it('stops at maxRows, which the plan takes into account', async () => {
    const settings = { ...smallSpec('').settings, maxRows: 1000 };
    const spec = smallSpec(temporaryFolder(), { settings });
    const [planned] = await planActivations(spec);
    expect(planned).toMatchObject({ present: false, estimatedRows: 1000 });
    const [store] = await extractActivations(spec);
    expect(store!.rows).toBe(1000);
    expect((await planActivations(spec))[0]).toMatchObject({
      present: true,
      estimatedRows: 1000,
      id: store!.id,
    });
  });

  it('shares activations between two names of one hook, and reuses existing ones', async () => {
    const dataDir = temporaryFolder();
    const hooks = ['blocks.2.hook_resid_pre', 'gpt_neox.layers.1', 'blocks.1.hook_mlp_out'];
    const stores = await extractActivations(smallSpec(dataDir, { hooks }));
    expect(stores.map((store) => store.hook)).toEqual([
      'blocks.1.hook_resid_post',
      'blocks.1.hook_resid_post',
      'blocks.1.hook_mlp_out',
    ]);
    expect(readdirSync(join(dataDir, 'activations')).toSorted()).toEqual(
      [stores[0]!.id, stores[2]!.id].toSorted(),
    );
    const before = bytesOf(stores);
    let events = 0;
    const again = await extractActivations(smallSpec(dataDir), { onProgress: () => events++ });
    expect(events).toBeGreaterThan(0); // resid_post of layer 2 is new
    expect(bytesOf([again[0]!])).toEqual(bytesOf([stores[2]!]));
    events = 0;
    await extractActivations(smallSpec(dataDir, { hooks }), { onProgress: () => events++ });
    expect(events).toBe(0);
    expect(bytesOf(stores)).toEqual(before);
  });

  it('gives different settings different identities, but a copy of the dataset the same one', async () => {
    const dataDir = temporaryFolder();
    const id = async (change: Partial<ExtractionSpec>): Promise<string> =>
      (await planActivations(smallSpec(dataDir, { hooks: [HOOKS[0]!], ...change })))[0]!.id;
    const settings = smallSpec('').settings!;
    const copy = join(dataDir, 'copy.jsonl.gz');
    writeFileSync(copy, readFileSync(CORPUS.path));
    const base = await id({});
    expect(await id({ dataset: { kind: 'jsonl', path: copy, documents: 12 }, threads: 1 })).toBe(base);
    const others = await Promise.all([
      id({ hooks: [HOOKS[1]!] }),
      id({ dataset: { ...CORPUS, documents: 11 } }),
      ...[
        { maxTokens: 65 },
        { prependBos: false },
        { tokens: 'middle' as const },
        { context: 'truncate' as const },
        { dtype: 'float16' as const },
        { maxRows: 9 },
      ].map((change) => id({ settings: { ...settings, ...change } })),
    ]);
    expect(new Set([base, ...others]).size).toBe(others.length + 1);
  });

  it('reports progress that ends with the figures of the manifest', async () => {
    const events: ExtractionProgress[] = [];
    const [store] = await extractActivations(smallSpec(temporaryFolder()), {
      onProgress: (event) => events.push(event),
    });
    const { rows, tokens, documents, skippedDocuments, shards } = store!.manifest;
    expect(events.at(-1)).toMatchObject({ rows, tokens, documents, skippedDocuments, secondsLeft: 0 });
    expect(events.at(-1)!.shards).toBe(2 * shards.length);
    expect(events.at(-1)!.tokensPerSecond).toBeGreaterThan(0);
  });
});

describe('an extraction that was interrupted', () => {
  it.each([1, 3, 7])('resumes with the same bytes after an abort at the %ith file', async (files) => {
    const whole = await extractActivations(smallSpec(temporaryFolder()));
    const dataDir = temporaryFolder();
    const controller = new AbortController();
    const stopped = extractActivations(smallSpec(dataDir), {
      signal: controller.signal,
      onProgress: ({ shards }) => shards >= files && controller.abort(new Error('stop')),
    });
    await expect(stopped).rejects.toThrow('stop');
    const folders = readdirSync(join(dataDir, 'activations'));
    expect(folders.every((name) => name.endsWith('.partial'))).toBe(true);
    expect((await planActivations(smallSpec(dataDir))).map(({ present }) => present)).toEqual([false, false]);
    expect(bytesOf(await extractActivations(smallSpec(dataDir)))).toEqual(bytesOf(whole));
  });

  it('resumes with the same bytes after a kill, even if one hook is ahead of the other', async () => {
    const whole = await extractActivations(smallSpec(temporaryFolder()));
    const dataDir = temporaryFolder();
    const script = `
      import { extractActivations } from ${JSON.stringify(new URL('extract.ts', import.meta.url).href)};
      await extractActivations(${JSON.stringify(smallSpec(dataDir))}, {
        onProgress: ({ shards }) => shards >= 12 && process.kill(process.pid, 'SIGKILL'),
      });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
    const partial = readdirSync(join(dataDir, 'activations')).filter((name) => name.endsWith('.partial'));
    expect(partial).toHaveLength(2);
    rmSync(join(dataDir, 'activations', partial[0]!, 'progress.json'));
    truncateSync(join(dataDir, 'activations', partial[1]!, '00004.safetensors'), 5);
    expect(bytesOf(await extractActivations(smallSpec(dataDir)))).toEqual(bytesOf(whole));
  });

  it('makes a second extraction wait', async () => {
    const dataDir = temporaryFolder();
    const [a, b] = await Promise.all([
      extractActivations(smallSpec(dataDir)),
      extractActivations(smallSpec(dataDir)),
    ]);
    expect(a.map((store) => store.manifest)).toEqual(b.map((store) => store.manifest));
    expect(readdirSync(join(dataDir, 'activations'))).toHaveLength(2);
  });
});

describe('damaged activations', () => {
  it.each([
    ['a flipped byte', (path: string) => writeFileSync(path, '!', { flag: 'r+' })],
    ['a truncated file', (path: string) => truncateSync(path, 1000)],
    ['a missing file', (path: string) => rmSync(path)],
  ])('with %s are extracted again with the same bytes', async (_, damage) => {
    const dataDir = temporaryFolder();
    const stores = await extractActivations(smallSpec(dataDir));
    const before = bytesOf(stores);
    damage(join(stores[0]!.folder, stores[0]!.manifest.shards[1]!.file));
    expect(bytesOf(await extractActivations(smallSpec(dataDir)))).toEqual(before);
    writeFileSync(join(stores[1]!.folder, 'manifest.json'), '{');
    expect(bytesOf(await extractActivations(smallSpec(dataDir)))).toEqual(before);
    expect(existsSync(`${stores[0]!.folder}.partial`)).toBe(false);
  });
});

describe('bad input', () => {
  it('skips documents without tokens, counts them and warns', async () => {
    const dataDir = temporaryFolder();
    const dataset = datasetOf(dataDir, ['', 'In the beginning', '', 'God created']);
    const warnings: string[] = [];
    const [store] = await extractActivations(smallSpec(dataDir, { dataset }), {
      onProgress: (event) => warnings.push(...event.warnings),
    });
    expect(store!.manifest).toMatchObject({ documents: 4, skippedDocuments: 2 });
    expect(new Set((await rowsOf(store!)).document_ids)).toEqual(new Set([1, 3]));
    expect(warnings).toEqual([
      'document 0 (line 1) has no tokens and is skipped',
      'document 2 (line 3) has no tokens and is skipped',
    ]);
  });

  it('finds a bad line near the end before the model runs', async () => {
    const dataDir = temporaryFolder();
    const lines = Array.from({ length: 150 }, (_, i) => `{"text": "${`number ${i} `.repeat(400)}"}\n`);
    const path = join(dataDir, 'data.jsonl');
    writeFileSync(
      path,
      Buffer.concat([Buffer.from(lines.join('')), Buffer.from('{"text": "é"}\n', 'latin1')]),
    );
    const error = await errorOf(() =>
      extractActivations(smallSpec(dataDir, { dataset: { kind: 'jsonl', path } })),
    );
    expect(error.message).toContain('line 151 is not UTF-8');
    const folders = readdirSync(join(dataDir, 'activations'));
    expect(folders.flatMap((name) => readdirSync(join(dataDir, 'activations', name)))).toEqual([]);
  });

  it('is reported before the model runs', async () => {
    const dataDir = temporaryFolder();
    const code = async (change: Partial<ExtractionSpec>): Promise<string> =>
      (await errorOf(() => extractActivations(smallSpec(dataDir, change)))).code;
    expect(await code({ dataset: datasetOf(dataDir, ['', '']) })).toBe('dataset.no-tokens');
    expect(await code({ dataset: { kind: 'jsonl', path: join(dataDir, 'none.jsonl') } })).toBe(
      'dataset.not-found',
    );
    expect(await code({ dataset: { kind: 'csv' } as never })).toBe('extraction.invalid-dataset');
    expect(await code({ model: { kind: 'folder', folder: dataDir } })).toBe('model.not-found');
    expect(await code({ hooks: ['nonsense'] })).toBe('hook.unknown');
    expect(await code({ hooks: [] })).toBe('extraction.invalid-hooks');
    expect(await code({ settings: { maxTokens: 129 } })).toBe('extraction.invalid-settings');
    expect(await code({ settings: { maxTokens: 1 } })).toBe('extraction.invalid-settings');
    expect(await code({ settings: { tokens: { perPiece: 0 } } })).toBe('extraction.invalid-settings');
    expect(await code({ settings: { typo: 1 } as never })).toBe('extraction.invalid-settings');
  });
});
