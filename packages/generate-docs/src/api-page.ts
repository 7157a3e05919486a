import { ENDPOINTS, parametersOf, type Endpoint } from '@sae-lab/dashboard/api';
import { z } from 'zod';
import { code, section, table } from './markdown.ts';
import { typeOf } from './settings.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** docs/api.md */
export function apiPage(): string {
  return section(
    1,
    'HTTP API',
    'The dashboard answers programs at `/api/v1`. The API reads and never writes. [Results in programs](programs.md) has ' +
      'examples and the Python client.',
    '```\ncurl "http://localhost:4242/api/v1/runs?filter=l0+%3C+40&columns=variant,l0,explained_variance"\n```',
    section(
      2,
      'Conventions',
      '- **Description.** `/api/v1/openapi.json` is an OpenAPI 3.1 document. This page has the same source: the schemas that ' +
        'check requests.\n' +
        '- **Errors** are problem details ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) of type ' +
        '`application/problem+json`, with `code`, `detail`, and where they apply `field`, `expected`, `received` and `fix`. ' +
        '[Errors](errors.md) lists the codes. Unknown parameters are errors.\n' +
        '- **Pages.** A list of unknown length comes in pages of `limit` rows. Repeat the request with `cursor` set to ' +
        '`next` until `next` is null.\n' +
        '- **Numbers.** JSON has no NaN and no infinities: they are the texts `"NaN"`, `"Infinity"` and `"-Infinity"`.\n' +
        '- **Times** are ISO 8601 in UTC.\n' +
        '- **Runs** are named by their number, or by the first 8 or more hex digits of their hash.\n' +
        '- **Caching.** Responses have an `ETag`. Send it as `If-None-Match` to get 304 if nothing changed. JSON is ' +
        'compressed with gzip where the request accepts it.\n' +
        '- **Token.** Where the dashboard asks for one, send `Authorization: Bearer <token>`.\n' +
        '- **Versions.** Fields may be added to a version. A field that is renamed or removed makes a new version with its own ' +
        'address.',
    ),
    section(2, 'Addresses', ...ENDPOINTS.map(endpointSection)),
  );
}

function endpointSection(endpoint: Endpoint): string {
  const { path, summary, description = '', answer, downloads = [], example } = endpoint;
  const parameters = parametersOf(endpoint).map(({ name, required, description: meaning, schema }) => [
    code(name),
    code(typeOf(schema)),
    required ? 'required' : defaultOf(schema),
    meaning,
  ]);
  return section(
    3,
    `GET /api/v1${path}`,
    `${summary}${description === '' ? '' : ` ${description}`}`,
    parameters.length === 0 ? '' : table(['parameter', 'type', 'default', 'meaning'], parameters),
    answer === undefined ? '' : answerTable(answer),
    ...downloads.map(({ type, meaning }) => `${code(type)}: ${meaning}`),
    `Example: ${code(`/api/v1${example}`)}`,
  );
}

function defaultOf({ default: value }: JsonSchema): string {
  return value === undefined || value === '' ? '' : code(JSON.stringify(value).replaceAll('"', ''));
}

function answerTable(answer: z.ZodType): string {
  const rows = fieldRows(z.toJSONSchema(answer, { io: 'output', reused: 'inline' }), '');
  // The OpenAPI document has its own standard, and no fields to explain.
  return rows.length <= 1 ? '' : table(['field', 'type', 'meaning'], rows);
}

/** A row per field, the fields of nested objects included. `[]` stands for each item, `.*` for each key. */
function fieldRows(schema: JsonSchema, path: string): string[][] {
  const { properties = {}, items, additionalProperties, anyOf } = schema;
  if (isSchema(items)) return fieldRows(items, `${path}[]`);
  if (anyOf !== undefined) {
    const seen = new Set<string>();
    return anyOf
      .filter(isSchema)
      .flatMap((option) => fieldRows(option, path))
      .filter(([name]) => !seen.has(name!) && seen.add(name!));
  }
  const named = Object.entries(properties).flatMap(([name, field]) =>
    isSchema(field) ? rowsOf(field, path === '' ? name : `${path}.${name}`) : [],
  );
  return isSchema(additionalProperties) ? [...named, ...fieldRows(additionalProperties, `${path}.*`)] : named;
}

function rowsOf(field: JsonSchema, name: string): string[][] {
  return [[code(name), code(typeOf(field)), field.description ?? ''], ...fieldRows(field, name)];
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
