import { beforeAll, describe, expect, it } from 'vitest';
import { openLanguageModel, type LanguageModel } from '../model/language-model.ts';
import { extractionSettingsSchema } from '../extraction-settings.ts';
import { CORPUS, MODEL, collect } from '../../test-support.ts';
import { openDataset } from './open-dataset.ts';
import { DATASET_START, batchesOf, windowsOf, type DatasetPosition, type Window } from './windows.ts';

const settings = extractionSettingsSchema.parse({ maxTokens: 50, batchTokens: 400 });
let model: LanguageModel;
beforeAll(async () => {
  model = await openLanguageModel(MODEL);
});

async function windows(from: DatasetPosition): Promise<Window[]> {
  const dataset = await openDataset({ ...CORPUS, textField: 'text', documents: 12 });
  return collect(windowsOf(dataset.read().documents(), model.tokenizer, settings, from));
}

describe('windows', () => {
  it('contain every piece once, in document order', async () => {
    const found = await windows(DATASET_START);
    const order = found.flatMap(({ pieces }) => pieces.map(({ document, index }) => document * 1000 + index));
    expect(order).toEqual([...new Set(order)].toSorted((a, b) => a - b));
    expect(found.slice(0, -1).every(({ pieces }) => pieces.length === 32)).toBe(true);
    const rows = found
      .flatMap(({ pieces }) => pieces)
      .reduce((count, piece) => count + piece.selected.length, 0);
    expect(found.at(-1)!.end).toMatchObject({ document: 12, piece: 0, rows });
  });

  it('are the same when reading starts at any window', async () => {
    const all = await windows(DATASET_START);
    expect(all.length).toBeGreaterThan(3);
    for (const [index, { start }] of all.entries()) expect(await windows(start)).toEqual(all.slice(index));
  });
});

describe('batches', () => {
  it('contain every piece with a selected position once, long ones first, within the token limit', async () => {
    const [window] = await windows(DATASET_START);
    const unselected = { ...window!.pieces[3]!, selected: [] };
    const pieces = window!.pieces.with(3, unselected);
    const batches = batchesOf(pieces, settings.batchTokens);
    expect(batches.flat().toSorted((a, b) => a - b)).toEqual(pieces.map((_, i) => i).filter((i) => i !== 3));
    const lengths = batches.map((batch) => batch.map((index) => pieces[index]!.tokens.length));
    for (const batch of lengths) expect(batch.length * Math.max(...batch)).toBeLessThanOrEqual(400);
    expect(lengths.flat()).toEqual(lengths.flat().toSorted((a, b) => b - a));
  });

  it('give a piece that is longer than a batch a batch to itself', async () => {
    const [window] = await windows(DATASET_START);
    expect(batchesOf(window!.pieces, 1).every((batch) => batch.length === 1)).toBe(true);
  });
});
