import type { Sql } from 'postgres';

/**
 * Session settings that the queries rely on. A role, a database or the `options` of a URL may set different ones.
 */
const NEEDED: Readonly<Record<string, { value: string; fits: (setting: string) => boolean }>> = {
  search_path: { value: 'public', fits: (path) => /^("\$user", *)?public\b/.test(path) },
  // Fewer digits would round the values read.
  extra_float_digits: { value: '1', fits: (digits) => Number(digits) >= 1 },
  DateStyle: { value: 'ISO', fits: (style) => style.startsWith('ISO') },
  default_transaction_isolation: { value: 'read committed', fits: (level) => level === 'read committed' },
  // Would end the session that shows that the claims hold while runs train.
  idle_session_timeout: { value: '0', fits: (milliseconds) => milliseconds === '0' },
};

/** The settings that must be overridden when a session starts. Empty for nearly every server. */
export async function missingSettings(sql: Sql): Promise<Record<string, string>> {
  const settings = await sql<{ name: string; setting: string }[]>`
    select name, setting from pg_settings where name = any(string_to_array(${Object.keys(NEEDED).join()}, ','))`;
  const wrong = settings.filter(({ name, setting }) => !NEEDED[name]!.fits(setting));
  return Object.fromEntries(wrong.map(({ name }) => [name, NEEDED[name]!.value]));
}
