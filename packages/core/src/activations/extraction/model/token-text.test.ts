import { expect, it } from 'vitest';
import { MODEL } from '../../test-support.ts';
import { openLanguageModel } from './language-model.ts';
import { alphabetOf, readablePiece } from './token-text.ts';

it('shows byte-level pieces as text, and bytes of cut characters as hexadecimal numbers', () => {
  expect(readablePiece('Ġthe', 'bytes')).toBe(' the');
  expect(readablePiece('Ċ', 'bytes')).toBe('\n');
  expect(readablePiece('Ã©', 'bytes')).toBe('é');
  expect(readablePiece('Ã', 'bytes')).toBe('<0xC3>');
  // A whole character, and the start of the next one.
  expect(readablePiece('Ã©Ã', 'bytes')).toBe('é<0xC3>');
  expect(readablePiece('<|endoftext|>', 'bytes')).toBe('<|endoftext|>');
  expect(readablePiece('▁', 'bytes')).toBe('▁');
});

it('shows pieces of SentencePiece as text', () => {
  expect(readablePiece('▁the', 'words')).toBe(' the');
  expect(readablePiece('<0x0A>', 'words')).toBe('\n');
  expect(readablePiece('<0xE2>', 'words')).toBe('<0xE2>');
  expect(readablePiece('<s>', 'words')).toBe('<s>');
});

it('recognises byte-level tokenizers by their decoder', () => {
  expect(alphabetOf({ decoder: { type: 'ByteLevel' } })).toBe('bytes');
  expect(alphabetOf({ decoder: { type: 'Sequence', decoders: [{ type: 'ByteLevel' }] } })).toBe('bytes');
  expect(alphabetOf({ decoder: null, pre_tokenizer: { pretokenizers: [{ type: 'ByteLevel' }] } })).toBe(
    'bytes',
  );
  expect(alphabetOf({ decoder: { type: 'Sequence', decoders: [{ type: 'ByteFallback' }] } })).toBe('words');
});

it('gives the text of each token, whose concatenation is the text', async () => {
  const { tokenizer } = await openLanguageModel(MODEL);
  const text = 'It is a truth universally acknowledged,\nthat a single man';
  expect(
    tokenizer
      .encode(text)
      .map((id) => tokenizer.tokenText(id))
      .join(''),
  ).toBe(text);
  expect(tokenizer.tokenText(0)).toBe('<|endoftext|>');
  expect(tokenizer.tokenText(1_000_000)).toBeUndefined();
});
