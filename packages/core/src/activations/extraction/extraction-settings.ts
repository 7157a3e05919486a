import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import type { ModelConfig } from './model/model-config.ts';
import { parseInput } from '../parse-input.ts';

export const extractionSettingsSchema = z
  .strictObject({
    context: z
      .enum(['chunk', 'truncate'])
      .default('chunk')
      .describe(
        "'chunk' uses all of a document in pieces of at most maxTokens; 'truncate' its beginning only.",
      ),
    maxTokens: z
      .int()
      .positive()
      .default(128)
      .describe("Longest piece in tokens, the prepended one included; at most the model's context length."),
    tokens: z
      .union([
        z.literal('all'),
        z.literal('middle'),
        z.strictObject({ perPiece: z.int().positive().describe('Positions drawn from each piece.') }),
      ])
      .default('all')
      .describe(
        "Which positions of a piece give an activation: 'all'; 'middle', position floor(n / 2) of n; or { perPiece } " +
          'of them, drawn without replacement by a generator seeded with the document.',
      ),
    prependBos: z
      .boolean()
      .default(true)
      .describe(
        'Whether each piece begins with the beginning-of-sequence token that the files of the model name. No other ' +
          'token is added.',
      ),
    includeSpecialTokens: z
      .boolean()
      .default(false)
      .describe('Whether the positions of special tokens, the prepended one among them, may be selected.'),
    dtype: z.enum(['float32', 'float16']).default('float32').describe('How activations are stored.'),
    maxRows: z.int().positive().optional().describe('Stop after this many activations.'),
    batchTokens: z
      .int()
      .positive()
      .default(4096)
      .describe('Tokens of one forward pass, padding included; bounds the memory.'),
    shardRows: z
      .int()
      .positive()
      .optional()
      .describe('Activations in one file; by default what fits into 32 MiB.'),
  })
  .describe('How activations are taken from a model and stored. Every field is part of their identity.');

export type ExtractionSettings = z.infer<typeof extractionSettingsSchema>;
/** The same before the defaults. */
export type ExtractionSettingsInput = z.input<typeof extractionSettingsSchema>;

/** @throws SaeLabError `extraction.invalid-settings` */
export function parseSettings(input: ExtractionSettingsInput, config: ModelConfig): ExtractionSettings {
  const settings = parseInput(extractionSettingsSchema, input, 'settings', 'extraction.invalid-settings');
  const { contextLength } = config;
  if (contextLength !== undefined && settings.maxTokens > contextLength) {
    throw new SaeLabError('extraction.invalid-settings', {
      problem: "a piece would be longer than the model's context",
      field: 'settings.maxTokens',
      expected: `at most ${contextLength}`,
      received: String(settings.maxTokens),
      fix: `Set maxTokens to ${contextLength} or less.`,
    });
  }
  if (settings.prependBos && settings.maxTokens < 2) {
    throw new SaeLabError('extraction.invalid-settings', {
      problem: 'a piece would hold the prepended token and nothing else',
      field: 'settings.maxTokens',
      expected: 'at least 2 with prependBos',
      received: String(settings.maxTokens),
      fix: 'Raise maxTokens, or set prependBos to false.',
    });
  }
  return settings;
}
