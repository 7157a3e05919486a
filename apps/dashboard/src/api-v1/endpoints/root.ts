import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { none } from '../parameters.ts';

export const getRoot = defineEndpoint({
  id: 'getRoot',
  path: '',
  summary: 'The version of the API, and its addresses.',
  parameters: none,
  query: none,
  answer: z.strictObject({
    name: z.literal('sae-lab'),
    version: z
      .string()
      .describe('Of the API. Fields may be added to a version; nothing is renamed or removed.'),
    openapi: z.string().describe('The address of the OpenAPI document.'),
    endpoints: z.array(z.strictObject({ path: z.string(), summary: z.string() })),
  }),
  example: '',
});

export const getOpenApi = defineEndpoint({
  id: 'getOpenApi',
  path: '/openapi.json',
  summary: 'This API as an OpenAPI 3.1 document.',
  parameters: none,
  query: none,
  answer: z.looseObject({ openapi: z.literal('3.1.0') }),
  example: '/openapi.json',
});
