import { describe, expect, it } from 'vitest';
import { downloadFiles } from '../download/download-snapshot.ts';
import type { HubSettings } from '../settings.ts';
import { errorOf, fileInTheWay, serve } from '../test-support.ts';
import type { ServedRepository } from '../testing/index.ts';
import { chooseSplit, type SplitChoice } from './choose-split.ts';
import { describeDataset } from './describe-dataset.ts';

type Files = ServedRepository['files'];
const dataset = (files: Files, converted?: Files): ServedRepository => ({
  type: 'dataset',
  id: 'org/data',
  files,
  ...(converted !== undefined && { branches: { 'refs/convert/parquet': converted } }),
});

async function chosen(settings: HubSettings, choice?: SplitChoice): Promise<object> {
  const { config, split } = chooseSplit(await describeDataset('org/data', { settings }), choice);
  return {
    config: config.name,
    split: split.name,
    files: split.files.map(({ path }) => path),
    ...(config.isConverted && { converted: true }),
    ...(split.isPartial && { partial: true }),
  };
}

describe('describeDataset', () => {
  it('infers splits from file names if there is no card', async () => {
    const { settings } = await serve(
      dataset({
        'train/0.jsonl.zst': 'a',
        'train/1.jsonl.zst': 'b',
        'train/notes.pdf': '',
        '.gitattributes': '',
      }),
    );
    expect(await chosen(settings)).toEqual({
      config: 'default',
      split: 'train',
      files: ['train/0.jsonl.zst', 'train/1.jsonl.zst'],
    });
  });

  it('follows the card', async () => {
    const readme = `---
configs:
- config_name: en
  data_files:
  - { split: train, path: 'en/*.parquet' }
  - { split: dev, path: en/dev/** }
- config_name: de
  default: true
  data_dir: de
---
`;
    const { settings } = await serve(
      dataset({
        'README.md': readme,
        'en/1.parquet': '',
        'en/dev/1.parquet': '',
        'de/test.txt': '',
        'x.parquet': '',
      }),
    );
    expect(await chosen(settings)).toEqual({ config: 'de', split: 'test', files: ['de/test.txt'] });
    expect(await chosen(settings, { config: 'en' })).toMatchObject({
      split: 'train',
      files: ['en/1.parquet'],
    });
    expect(await chosen(settings, { config: 'en', split: 'dev' })).toMatchObject({
      files: ['en/dev/1.parquet'],
    });
  });

  it.each<[string, Files]>([
    ['in another format', { 'train.csv': 'text\na\n' }],
    ['with a loading script', { 'data.py': '', 'train.jsonl': '{}' }],
    ['that may be a JSON array', { 'train.json': '[]' }],
  ])('uses the converted files of the hub for files %s', async (_, files) => {
    const converted = { 'default/partial-train/0000.parquet': 'a', 'default/test/0000.parquet': 'b' };
    const { settings } = await serve(dataset(files, converted));
    expect(await chosen(settings)).toEqual({
      config: 'default',
      split: 'train',
      files: ['default/partial-train/0000.parquet'],
      converted: true,
      partial: true,
    });
  });

  it('uses .json files that the hub has not converted', async () => {
    const { settings } = await serve(dataset({ 'train.json': '{"text": "a"}' }));
    expect(await chosen(settings)).toMatchObject({ files: ['train.json'] });
  });

  it('works offline with a cached card, and without a cache', async () => {
    const readme = '---\nconfigs: [{ config_name: en, data_files: a.jsonl }]\n---\n';
    const { settings } = await serve(dataset({ 'README.md': readme, 'a.jsonl': '{}' }));
    expect(await chosen({ ...settings, cache: fileInTheWay() })).toMatchObject({ config: 'en' });
    const { configs } = await describeDataset('org/data', { settings });
    await downloadFiles(configs[0]!.listing, configs[0]!.splits[0]!.files, { settings });
    expect(await chosen({ ...settings, offline: true })).toMatchObject({ config: 'en', files: ['a.jsonl'] });
  });

  it('lists the alternatives to a config or split that does not exist', async () => {
    const readme = `---
configs:
- config_name: english
  data_files: [{ split: train, path: en.jsonl }, { split: gone, path: gone/* }]
- config_name: german
  data_files: [{ split: all, path: de.jsonl }, { split: few, path: de.jsonl }]
- config_name: pictures
  data_files: '*.png'
---
`;
    const { settings } = await serve(
      dataset({ 'README.md': readme, 'en.jsonl': '{}', 'de.jsonl': '{}', 'a.png': '', 'b.png': '' }),
    );
    const refused = (choice?: SplitChoice): Promise<Error> => errorOf(() => chosen(settings, choice));
    expect(await refused()).toMatchObject({
      code: 'hub.unknown-config',
      details: { received: 'none', expected: 'one of english, german, pictures' },
    });
    expect(await refused({ config: 'germn' })).toMatchObject({
      code: 'hub.unknown-config',
      details: { received: 'germn', expected: 'one of german, english, pictures' },
    });
    expect(await refused({ config: 'german' })).toMatchObject({
      code: 'hub.unknown-split',
      details: { received: 'none', expected: 'one of all, few' },
    });
    expect(await refused({ config: 'english', split: 'trian' })).toMatchObject({
      code: 'hub.unknown-split',
      details: { received: 'trian', expected: 'one of train, gone' },
    });
    expect(await refused({ config: 'english', split: 'gone' })).toMatchObject({
      code: 'hub.empty-split',
      details: { fix: 'Choose another split: train.' },
    });
    expect(await refused({ config: 'pictures' })).toMatchObject({
      code: 'hub.no-data-files',
      details: { received: '.png' },
    });
  });

  it('reports a dataset without data files', async () => {
    const { settings } = await serve(dataset({ 'README.md': '# Empty' }));
    expect(await errorOf(() => chosen(settings))).toMatchObject({ code: 'hub.no-data-files' });
  });
});
