import { expect, test } from 'vitest';
import { shareable, shareableValue, withoutPrivateText } from './private-text.ts';

test.each([
  ['/home/ada/lab/models/neox', '…/neox'],
  ['file:///home/ada/corpus.jsonl', '…/corpus.jsonl'],
  ['no file "/data/runs/7/w.bin", or no access', 'no file "…/w.bin", or no access'],
  ['C:\\Users\\Ada\\lab\\x.bin is missing', '…/x.bin is missing'],
  ['postgres://ada:secret@db.example/lab', 'postgres://db.example/lab'],
  ['EleutherAI/pythia-70m', 'EleutherAI/pythia-70m'],
  ['../models/neox-1.7m', '../models/neox-1.7m'],
  ['https://huggingface.co/a/b', 'https://huggingface.co/a/b'],
  ['s3://bucket/prefix/x', 's3://bucket/prefix/x'],
  ['1/2 and/or 3', '1/2 and/or 3'],
])('%j is shared as %j', (text, shared) => {
  expect(shareable(text)).toBe(shared);
  expect(shareableValue({ a: [text, 1, null] })).toEqual({ a: [shared, 1, null] });
});

test('known folders and secrets leave any text', () => {
  const hide = withoutPrivateText({
    folders: ['/data', '/data/lab', undefined, '/'],
    urls: [
      'postgres://ada:p%40ss-word@db/x',
      'postgres://db/x?password=other-one',
      'postgres://db/x',
      undefined,
    ],
    secrets: ['hf_abcdef', undefined, 'x'],
  });
  expect(hide('/data/lab/runs of /data by hf_abcdef, p@ss-word, p%40ss-word, other-one, x / y')).toBe(
    '…/runs of … by [hidden], [hidden], [hidden], [hidden], x / y',
  );
});
