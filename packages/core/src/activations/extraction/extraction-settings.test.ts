import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { datasetSpecSchema } from './dataset/dataset-spec.ts';
import { modelSourceSchema } from './model/model-source.ts';
import { extractionSettingsSchema, parseSettings } from './extraction-settings.ts';
import { syntheticSpecSchema } from '../synthetic/synthetic-spec.ts';
import { errorOf } from '../test-support.ts';

const config = { modelType: 'gpt_neox', layers: 6, contextLength: 128 };

describe('settings', () => {
  it('have a description of every field', () => {
    const schemas = [
      extractionSettingsSchema,
      modelSourceSchema,
      ...datasetSpecSchema.options,
      syntheticSpecSchema,
      ...syntheticSpecSchema.shape.strengths.unwrap().options,
    ];
    expect.hasAssertions();
    for (const schema of schemas) {
      const { properties } = z.toJSONSchema(schema, { io: 'input' });
      for (const [field, property] of Object.entries(properties ?? {})) {
        if (!['kind', 'law'].includes(field)) expect(property, field).toHaveProperty('description');
      }
    }
  });

  it('have defaults that fit the shipped model', () => {
    expect(parseSettings({}, config)).toEqual({
      context: 'chunk',
      maxTokens: 128,
      tokens: 'all',
      prependBos: true,
      includeSpecialTokens: false,
      dtype: 'float32',
      batchTokens: 4096,
    });
  });

  it("do not exceed the model's context length, if known", async () => {
    const error = await errorOf(() => parseSettings({ maxTokens: 200 }, config));
    expect(error.details).toMatchObject({
      field: 'settings.maxTokens',
      expected: 'at most 128',
      received: '200',
    });
    expect(parseSettings({ maxTokens: 200 }, { ...config, contextLength: undefined }).maxTokens).toBe(200);
  });

  it('name every invalid field', async () => {
    const error = await errorOf(() => parseSettings({ maxTokens: 1.5, dtype: 'int8' as never }, config));
    expect(error.message).toMatch(/maxTokens.*dtype/s);
  });
});
