import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';
import { problem } from './problem.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** A parameter of an endpoint as OpenAPI describes it. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
  /** Names are separated by commas. */
  readonly explode?: false;
}

/** The version of the API in its addresses, and that of its document. */
const VERSION = '1.0.0';

const PROBLEM = { $ref: '#/components/responses/Problem' };

/** The API as an OpenAPI 3.1 document, which uses JSON Schema 2020-12. */
export function openApiDocument(): { openapi: '3.1.0' } & Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: {
      title: 'sae-lab',
      version: VERSION,
      summary: 'Sweeps, runs, curves and latents of sparse autoencoders, to read.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/api/v1' }],
    security: [{}, { token: [] }],
    paths: Object.fromEntries(
      ENDPOINTS.map((endpoint) => [endpoint.path || '/', { get: operation(endpoint) }]),
    ),
    components: {
      schemas: { Problem: schemaOf(problem) },
      responses: {
        Problem: {
          description: 'What is wrong: problem details (RFC 9457) with a code of docs/errors.md.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Where the dashboard asks for a token.' },
      },
    },
  };
}

function operation(endpoint: Endpoint): object {
  const { id, summary, description, answer, downloads = [] } = endpoint;
  const parameters = parametersOf(endpoint);
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    ...(parameters.length > 0 && { parameters }),
    responses: {
      200: {
        description: summary,
        content: {
          ...(answer !== undefined && { 'application/json': { schema: schemaOf(answer) } }),
          ...Object.fromEntries(downloads.map(({ type }) => [type, {}])),
        },
      },
      304: { description: 'Nothing changed since the `ETag` of `If-None-Match`.' },
      ...(answer === undefined && {
        206: { description: 'The bytes of `Range`.', content: { 'application/octet-stream': {} } },
      }),
      default: PROBLEM,
    },
  };
}

/** The parameters in the path and in the query of an endpoint. */
export function parametersOf({ parameters, query }: Endpoint): Parameter[] {
  const described = (place: Parameter['in'], { shape }: z.ZodObject): Parameter[] =>
    Object.entries(shape).map(([name, field]) => {
      const { description = '', ...schema } = schemaOf(field as z.ZodType);
      const required = !(field as z.ZodType).safeParse(undefined).success;
      return {
        name,
        in: place,
        required,
        description,
        schema,
        ...(schema.type === 'array' && { explode: false as const }),
      };
    });
  return [...described('path', parameters), ...described('query', query)];
}

/** The schema of what a field holds once it is read, without the dialect that the document already names. */
function schemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'output', reused: 'inline' });
  return rest;
}
