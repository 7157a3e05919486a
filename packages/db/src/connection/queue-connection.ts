import type { PostgresType, Sql } from 'postgres';
import type { Database } from './connect.ts';
import { inTurn } from './in-turn.ts';
import { reach } from './reach.ts';

/** A connection as job queues expect it: the interface of the `pg` package, by our own driver and its reading of URLs. */
export interface QueueConnection {
  executeSql(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  close(): Promise<void>;
}

const JSON_TYPES = [114, 3802];

/** `pg` sends JSON that is already text as it is. Our driver would quote it again. */
const asText: PostgresType = {
  to: JSON_TYPES[1]!,
  from: JSON_TYPES,
  serialize: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
  parse: (text: string) => JSON.parse(text) as unknown,
};

/**
 * @throws {SaeLabError} with a code that starts with `db.`
 */
export async function openQueueConnection({
  url,
  directUrl = url,
}: Pick<Database, 'url' | 'directUrl'>): Promise<QueueConnection> {
  // One connection: a transaction is several calls.
  const sql = await reach(directUrl, {
    max: 1,
    max_lifetime: null,
    types: { json: asText, plainJson: { ...asText, to: JSON_TYPES[0]! } },
  });
  const next = inTurn();
  const execute: QueueConnection['executeSql'] = async (text, values = []) => {
    try {
      return { rows: await ask(sql, text, values) };
    } catch (error) {
      // Several statements in one text may have begun a transaction, in which the connection would stay. The error is
      // thrown as it is: queues look at its code.
      await sql.unsafe('rollback').catch(() => {});
      throw error;
    }
  };
  return {
    executeSql: (text, values) => next(() => execute(text, values)),
    close: () => sql.end({ timeout: 1 }),
  };
}

async function ask(sql: Sql, text: string, values: readonly unknown[]): Promise<Record<string, unknown>[]> {
  const result = await sql.unsafe(text, values.map(parameter) as never[]);
  // Several statements give several results, of which the last one counts.
  const last: unknown = Array.isArray(result[0]) ? result.at(-1) : result;
  return [...(last as Record<string, unknown>[])];
}

function parameter(value: unknown): unknown {
  if (value === undefined) return null;
  return Array.isArray(value) ? arrayLiteral(value) : value;
}

function textOf(value: unknown): string {
  return value instanceof Date
    ? value.toISOString()
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
}

/** `{"a","b"}`. The driver knows no array types, since it is not asked to read them from the server. */
function arrayLiteral(values: readonly unknown[]): string {
  const items = values.map((value) =>
    value === null || value === undefined
      ? 'NULL'
      : `"${textOf(value).replaceAll(/["\\]/g, String.raw`\$&`)}"`,
  );
  return `{${items.join(',')}}`;
}
