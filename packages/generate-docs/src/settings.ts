import { z } from 'zod';
import { code } from './markdown.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Columns of a table of settings. */
export const SETTING_HEADS = ['setting', 'type', 'default', 'meaning'];

/**
 * A row per field of a schema, the fields of nested objects included: name, type, default and meaning.
 *
 * @throws {Error} for a field without `.describe(...)`
 */
export function settingRows(schema: z.ZodType, prefix = ''): string[][] {
  return rowsOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), prefix);
}

function rowsOf({ properties = {}, required = [] }: JsonSchema, prefix: string): string[][] {
  return Object.entries(properties).flatMap(([key, property]) => {
    if (typeof property !== 'object' || property.not !== undefined) return [];
    // The kind of a union is in the name of the option.
    if (property.const !== undefined && property.description === undefined) return [];
    const name = `${prefix}${key}`;
    if (property.description === undefined) throw new Error(`${name} needs .describe(...)`);
    const fallback = required.includes(key) ? 'required' : defaultOf(property);
    return [
      [code(name), code(typeOf(property)), fallback, property.description],
      ...optionsOf(property).flatMap((option) => optionRows(option, name)),
    ];
  });
}

/** The fields of a nested object, or of one option of a union. */
function optionRows(option: JsonSchema, name: string): string[][] {
  const kind = kindOf(option);
  if (kind === undefined) return rowsOf(option, `${name}.`);
  const [key, value] = kind;
  const prefix = `${name}[${key}: '${value}']`;
  return [[code(prefix), '', '', option.description ?? ''], ...rowsOf(option, `${prefix}.`)];
}

/** Key and value that tell the options of a union apart, e.g. `kind` and `jsonl`. */
function kindOf({ properties = {} }: JsonSchema): [key: string, value: string] | undefined {
  const found = Object.entries(properties).find(
    ([, property]) => typeof property === 'object' && typeof property.const === 'string',
  );
  return found && [found[0], String((found[1] as JsonSchema).const)];
}

function optionsOf({ anyOf, oneOf, properties, ...schema }: JsonSchema): JsonSchema[] {
  const options = anyOf ?? oneOf;
  if (options !== undefined) return options.filter(isSchema).flatMap(optionsOf);
  return properties === undefined ? [] : [{ ...schema, properties }];
}

function defaultOf({ default: value }: JsonSchema): string {
  if (value === undefined) return '';
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return isEmpty ? 'each default below' : code(literal(value));
}

function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'number' && Math.abs(value) >= 10_000)
    return value.toLocaleString('en').replaceAll(',', '_');
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${key}: ${literal(inner)}`)
      .join(', ')} }`;
  }
  return String(value);
}

/** The type of a field, as a table names it. */
export function typeOf(schema: JsonSchema): string {
  const { type, anyOf, oneOf, items } = schema;
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  const options = anyOf ?? oneOf;
  if (options !== undefined) return [...new Set(options.filter(isSchema).map(typeOf))].join(' | ');
  if (type === 'array') return `${String((isSchema(items) && items.type) || 'object')}[]`;
  if (type === 'integer' || type === 'number') return `${type} ${boundsOf(schema).join(', ')}`.trim();
  if (type === 'object')
    return kindOf(schema) === undefined ? 'object' : `{ ${kindOf(schema)![0]}: '${kindOf(schema)![1]}' }`;
  // A custom schema, checked by a function.
  return type === undefined ? 'object' : [type].flat().join(' | ');
}

/** Bounds that say more than the range of the type. */
function boundsOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string[] {
  const bounds = [
    ['≥', minimum],
    ['>', exclusiveMinimum],
    ['≤', maximum],
    ['<', exclusiveMaximum],
  ] as const;
  return bounds.flatMap(([sign, bound]) =>
    typeof bound !== 'number' || Math.abs(bound) >= 2 ** 31 - 1 ? [] : [`${sign} ${literal(bound)}`],
  );
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && !Array.isArray(value);
}
