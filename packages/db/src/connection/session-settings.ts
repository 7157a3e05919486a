import type { Sql } from 'postgres';

/**
 * Settings that decide what is read and written, as the queries assume them. A role, a database or the `options` of a
 * URL may have others.
 */
const NEEDED: Readonly<Record<string, { value: string; fits: (setting: string) => boolean }>> = {
  search_path: { value: 'public', fits: (path) => /^("\$user", *)?public\b/.test(path) },
  // Fewer digits would round what is read.
  extra_float_digits: { value: '1', fits: (digits) => Number(digits) >= 1 },
  DateStyle: { value: 'ISO', fits: (style) => style.startsWith('ISO') },
  default_transaction_isolation: { value: 'read committed', fits: (level) => level === 'read committed' },
  // Would end the session that claims runs while they train.
  idle_session_timeout: { value: '0', fits: (milliseconds) => milliseconds === '0' },
};

/** Which settings a session must be started with, beyond its own. None for nearly every server. */
export async function missingSettings(sql: Sql): Promise<Record<string, string>> {
  const settings = await sql<{ name: string; setting: string }[]>`
    select name, setting from pg_settings where name = any(string_to_array(${Object.keys(NEEDED).join()}, ','))`;
  const wrong = settings.filter(({ name, setting }) => !NEEDED[name]!.fits(setting));
  return Object.fromEntries(wrong.map(({ name }) => [name, NEEDED[name]!.value]));
}
