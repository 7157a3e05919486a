import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { extractActivations } from './extract.ts';
import { planActivations } from './plan.ts';
import {
  CORPUS,
  bytesOf,
  copyOfModel,
  errorOf,
  rowsOf,
  smallSpec,
  temporaryFolder,
  writeFileIn,
} from '../test-support.ts';

describe('a dataset that changes while it is read', () => {
  it('ends the extraction without storing anything under the old identity', async () => {
    const dataDir = temporaryFolder();
    const path = join(dataDir, 'copy.jsonl.gz');
    writeFileSync(path, readFileSync(CORPUS.path));
    const spec = smallSpec(dataDir, { dataset: { kind: 'jsonl', path, documents: 12 } });
    const whole = await extractActivations({ ...spec, dataDir: temporaryFolder() });
    const content = readFileSync(path);
    const stopped = extractActivations(spec, {
      onProgress: () => writeFileSync(path, gzipSync('{"text": "another one"}\n')),
    });
    const error = await errorOf(() => stopped);
    expect(error).toMatchObject({ code: 'extraction.input-changed', details: { field: path } });
    // The contents are the same again, so the extraction continues. A changed time alone does not matter.
    writeFileSync(path, content);
    const touch = (): void => utimesSync(path, 1, 1);
    expect(bytesOf(await extractActivations(spec, { onProgress: touch }))).toEqual(bytesOf(whole));
  });
});

describe('the token that is prepended', () => {
  it('is selected only as a special token, and changes the identity', async () => {
    const folder = copyOfModel();
    const model = { kind: 'folder', folder } as const;
    const configOf = (bos_token_id: number | null): string =>
      writeFileIn(
        folder,
        'config.json',
        JSON.stringify({ model_type: 'gpt_neox', num_layers: 6, bos_token_id }),
      );
    writeFileIn(folder, 'generation_config.json', '{}');
    writeFileIn(folder, 'tokenizer_config.json', '{}');
    const ids = new Map<number | null, string>();
    const dataDir = temporaryFolder();
    for (const bos of [null, 0, 300]) {
      configOf(bos);
      const warnings: string[] = [];
      const [store] = await extractActivations(
        smallSpec(dataDir, { model, hooks: ['blocks.0.hook_resid_pre'] }),
        {
          onProgress: (event) => warnings.push(...event.warnings),
        },
      );
      const { positions } = await rowsOf(store!);
      ids.set(bos, store!.id);
      expect(store!.manifest).toMatchObject({ bosTokenId: bos });
      expect(Math.min(...positions)).toBe(bos === null ? 0 : 1);
      expect(warnings).toHaveLength(bos === null ? 1 : 0);
    }
    expect(new Set(ids.values()).size).toBe(3);
  });

  it('does not change the identity of existing activations of the shipped model', async () => {
    const [planned] = await planActivations(smallSpec(temporaryFolder()));
    expect(planned!.id).toBe('7cfc815924004e2f467142b70aad393a');
  });
});
