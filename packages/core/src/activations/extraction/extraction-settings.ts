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
        "'chunk' splits a document into pieces of at most maxTokens; 'truncate' takes only its first piece.",
      ),
    maxTokens: z
      .int()
      .positive()
      .default(128)
      .describe(
        "Maximum length of a piece in tokens, including the prepended one; at most the model's context length.",
      ),
    tokens: z
      .union([
        z.literal('all'),
        z.literal('middle'),
        z.strictObject({ perPiece: z.int().positive().describe('Positions drawn from each piece.') }),
      ])
      .default('all')
      .describe(
        "Which positions of a piece give an activation: 'all', 'middle' (position floor(n / 2) of n), or { perPiece } " +
          'positions drawn without replacement, seeded by the document.',
      ),
    prependBos: z
      .boolean()
      .default(true)
      .describe(
        "Whether to prepend the beginning-of-sequence token that the model's files name to each piece. No other token " +
          'is added.',
      ),
    includeSpecialTokens: z
      .boolean()
      .default(false)
      .describe('Whether positions of special tokens, including the prepended one, can be selected.'),
    dtype: z
      .enum(['float32', 'float16'])
      .default('float32')
      .describe('Precision in which activations are stored.'),
    maxRows: z.int().positive().optional().describe('Maximum number of activations per hook.'),
    batchTokens: z
      .int()
      .positive()
      .default(4096)
      .describe('Maximum number of tokens of a forward pass, including padding; bounds the memory.'),
    shardRows: z
      .int()
      .positive()
      .optional()
      .describe('Activations per file; by default as many as fit in 32 MiB.'),
  })
  .describe("How activations are extracted and stored. Every field is part of the activations' identity.");

export type ExtractionSettings = z.infer<typeof extractionSettingsSchema>;
/** The same before the defaults. */
export type ExtractionSettingsInput = z.input<typeof extractionSettingsSchema>;

/** @throws {SaeLabError} `extraction.invalid-settings` */
export function parseSettings(input: ExtractionSettingsInput, config: ModelConfig): ExtractionSettings {
  const settings = parseInput(extractionSettingsSchema, input, 'settings', 'extraction.invalid-settings');
  const { contextLength } = config;
  if (contextLength !== undefined && settings.maxTokens > contextLength) {
    throw new SaeLabError('extraction.invalid-settings', {
      problem: "a piece would exceed the model's context length",
      field: 'settings.maxTokens',
      expected: `at most ${contextLength}`,
      received: String(settings.maxTokens),
      fix: `Set maxTokens to ${contextLength} or less.`,
    });
  }
  if (settings.prependBos && settings.maxTokens < 2) {
    throw new SaeLabError('extraction.invalid-settings', {
      problem: 'a piece would contain only the prepended token',
      field: 'settings.maxTokens',
      expected: 'at least 2 with prependBos',
      received: String(settings.maxTokens),
      fix: 'Raise maxTokens, or set prependBos to false.',
    });
  }
  return settings;
}
