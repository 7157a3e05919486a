/** For tests: golden models with the effects of directions on tokens, from `tests/reference/logit_lens.py`. */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MODEL, temporaryFolder } from '../../test-support.ts';
import { goldenModel } from './build/golden-models.ts';
import { resolveFolder } from './model-source.ts';
import { openModel } from './open-model.ts';
import type { OpenedModel } from './opened-model.ts';
import type { Unembedding } from './unembedding.ts';

const FOLDER = fileURLToPath(new URL('../../../../../../tests/reference/logit-lens', import.meta.url));
/** For each model: directions of 16 dimensions, and the effect of each on every token. */
export const GOLDEN_EFFECTS = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as Record<
  string,
  { directions: number[]; effects: number[][] }
>;
/** A golden model with the tokenizer of the bundled one: these models read ids. */
export async function openGolden(name: string, kind: 'built' | 'exported'): Promise<OpenedModel> {
  const folder = temporaryFolder();
  cpSync(goldenModel(name), folder, { recursive: true });
  cpSync(join(MODEL.folder, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  if (kind === 'exported') {
    mkdirSync(join(folder, 'onnx'));
    cpSync(join(FOLDER, name, 'model.onnx'), join(folder, 'onnx/model.onnx'));
  }
  return openModel(await resolveFolder(folder));
}

export async function unembeddingOf(model: OpenedModel, hook: string): Promise<Unembedding> {
  const found = await model.openUnembedding(model.resolve([hook])[0]!, {
    dataDir: temporaryFolder(),
    threads: 1,
  });
  if ('missing' in found) throw new Error(found.missing);
  return found.unembedding;
}
