import { expect, it } from 'vitest';
import { splitsByName } from './split-names.ts';

const splits = (...paths: string[]): object => Object.fromEntries(splitsByName(paths));

// The results of `get_data_patterns` in the Python library `datasets` 5.2.
it.each<[string[], Record<string, string[]>]>([
  [
    ['data/train-00000-of-00001-4746b.parquet', 'README.md'],
    { train: ['data/train-00000-of-00001-4746b.parquet'] },
  ],
  [
    [
      'data/test-00000-of-00001.parquet',
      'data/unsup-00000-of-00001.parquet',
      'data/train-00000-of-00001.parquet',
    ],
    {
      train: ['data/train-00000-of-00001.parquet'],
      test: ['data/test-00000-of-00001.parquet'],
      unsup: ['data/unsup-00000-of-00001.parquet'],
    },
  ],
  // A folder named after a split takes precedence over file names.
  [
    ['test.jsonl.zst', 'train/00.jsonl.zst', 'train/01.jsonl.zst'],
    { train: ['train/00.jsonl.zst', 'train/01.jsonl.zst'] },
  ],
  [
    ['train.jsonl', 'dev.jsonl', 'x.test.jsonl'],
    { train: ['train.jsonl'], validation: ['dev.jsonl'], test: ['x.test.jsonl'] },
  ],
  [['my_train_set/a.txt', 'eval/b.txt'], { train: ['my_train_set/a.txt'], test: ['eval/b.txt'] }],
  [
    ['mytrain.txt', 'foo.txt', '.hidden/test.txt', '__pycache__/val.txt'],
    { train: ['mytrain.txt', 'foo.txt'] },
  ],
  [['README.md', 'config.json', '.gitattributes'], {}],
])('finds the splits of %j', (paths, expected) => {
  expect(splits(...paths)).toEqual(expected);
});
