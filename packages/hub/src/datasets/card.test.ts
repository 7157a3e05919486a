import { describe, expect, it } from 'vitest';
import { errorOf } from '../test-support.ts';
import { configsOfCard } from './card.ts';

const card = (yaml: string): string => `---\n${yaml}\n---\n# A dataset\n`;

describe('configsOfCard', () => {
  it('reads every form of data_files', () => {
    const yaml = `
license: mit
configs:
- config_name: en
  default: true
  data_files:
  - split: train
    path: [en/a*.parquet, en/b.parquet]
  - split: test
    path: en/test.parquet
- config_name: de
  data_files: de/*.jsonl
- config_name: fr
  data_dir: ./fr/
`;
    expect(configsOfCard(card(yaml), 'x')).toEqual([
      {
        name: 'en',
        isDefault: true,
        folder: '',
        splits: [
          { name: 'train', patterns: ['en/a*.parquet', 'en/b.parquet'] },
          { name: 'test', patterns: ['en/test.parquet'] },
        ],
      },
      { name: 'de', isDefault: false, folder: '', splits: [{ name: 'train', patterns: ['de/*.jsonl'] }] },
      { name: 'fr', isDefault: false, folder: 'fr', splits: undefined },
    ]);
  });

  it('finds no configs in a card without any', () => {
    for (const text of ['', '# Title', '---\nlicense: mit\n---', '---\nnever ended', '---\n- a list\n---']) {
      expect(configsOfCard(text, 'x')).toEqual([]);
    }
  });

  it.each([
    ['configs: [', 'its header is not YAML'],
    ['configs: en', 'configs is not a list'],
    ['configs: [{ data_files: x }]', 'a config has no config_name'],
    [
      'configs: [{ config_name: en, data_files: [{ split: train }] }]',
      'data_files of config en is not valid',
    ],
  ])('rejects %j', async (yaml, problem) => {
    const error = await errorOf(() => configsOfCard(card(yaml), 'dataset org/x'));
    expect(error).toMatchObject({ code: 'hub.bad-card', details: { field: 'dataset org/x, README.md' } });
    expect(error.message).toContain(problem);
  });
});
