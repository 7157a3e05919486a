// cspell:ignore strpos timestamptz
import { sql, type SQL } from 'drizzle-orm';
import { checkFilter, isNumber, rangeOf, timeOf } from '../../filter/check.ts';
import type { Expression, Operator, Word } from '../../filter/expression.ts';
import { findKey, type RunKey } from '../../filter/keys.ts';
import { settingNumber, settingText } from './run-source.ts';

/** Where the values of keys are read: null where there is none; a list is an array of texts, a setting is JSON. */
interface Source<Key> {
  valueOf(key: Key): SQL;
  /** Whether the value of a text is stored in lower case, so that a search need not make it so. */
  isLower?(key: Key): boolean;
}

/**
 * A filter as a condition. Every value is a parameter. A comparison with a missing value is false, so `not` and `!=` also
 * find runs without a value.
 *
 * @throws {SaeLabError} `filter.unknown-key`, `filter.bad-value`
 */
export function compileFilter<Key extends RunKey>(
  expression: Expression,
  keys: readonly Key[],
  source: Source<Key>,
  what?: 'run' | 'latent',
): SQL {
  const problem = checkFilter(expression, keys, what);
  if (problem) throw problem.error;
  const compile = (part: Expression): SQL => {
    switch (part.type) {
      case 'and':
      case 'or':
        return sql`(${sql.join(part.terms.map(compile), sql.raw(` ${part.type} `))})`;
      case 'not':
        return sql`not ${compile(part.term)}`;
      case 'missing':
        return isMissing(find(part.key), source);
      case 'in': {
        const key = find(part.key);
        return sql`(${sql.join(
          part.values.map((value) => inRange(key, value, source) ?? comparison(key, '=', value, source)),
          sql` or `,
        )})`;
      }
      case 'compare':
        return comparison(find(part.key), part.operator, part.value, source);
    }
  };
  const find = (word: Word): Key => findKey(keys, word.text)!;
  return compile(expression);
}

function isMissing<Key extends RunKey>(key: Key, source: Source<Key>): SQL {
  const value = source.valueOf(key);
  if (key.type === 'list') return sql`(cardinality(${value}) = 0)`;
  return key.type === 'setting' ? sql`(${settingText(value)} is null)` : sql`(${value} is null)`;
}

function inRange<Key extends RunKey>(key: Key, word: Word, source: Source<Key>): SQL | undefined {
  const range = rangeOf(key, word);
  return range && holds(sql`${source.valueOf(key)} between ${range[0]}::float8 and ${range[1]}::float8`);
}

function comparison<Key extends RunKey>(key: Key, operator: Operator, word: Word, source: Source<Key>): SQL {
  if (operator === '!=') return sql`not ${comparison(key, '=', word, source)}`;
  if (operator === '!~') return sql`not ${comparison(key, '~', word, source)}`;
  const value = source.valueOf(key);
  switch (key.type) {
    case 'number':
      return holds(sql`${value} ${sql.raw(operator)} ${word.text}::float8`);
    case 'time':
      return holds(timeCondition(value, operator, word));
    case 'list':
      return sql`exists (select from unnest(${value}) as item where ${textCondition(sql`item`, operator, word)})`;
    case 'setting':
      return holds(
        operator !== '~' && !word.quoted && isNumber(word.text)
          ? sql`${settingNumber(value)} ${sql.raw(operator)} ${word.text}::float8`
          : textCondition(settingText(value), operator, word),
      );
    case 'text':
    case 'status':
      if (operator === '~' && source.isLower?.(key))
        return holds(sql`strpos(${value}, ${storable(word.text.toLowerCase())}::text) > 0`);
      return holds(textCondition(value, operator, word));
  }
}

const holds = (condition: SQL): SQL => sql`coalesce(${condition}, false)`;

function textCondition(value: SQL, operator: Operator, { text }: Word): SQL {
  const given = sql`${storable(text)}::text`;
  if (operator === '~') return sql`strpos(lower(${value}), lower(${given})) > 0`;
  return sql`(${value})::text collate "C" ${sql.raw(operator)} ${given}`;
}

/** Postgres has no text with U+0000 or unpaired surrogates, so no stored text equals the replacement. */
function storable(text: string): string {
  return text.replaceAll('\0', '\uffff').toWellFormed();
}

function timeCondition(value: SQL, operator: Operator, word: Word): SQL {
  const { from, until } = timeOf(word.text)!;
  const [start, end] = [sql`${from.toISOString()}::timestamptz`, sql`${until.toISOString()}::timestamptz`];
  switch (operator) {
    case '<':
      return sql`${value} < ${start}`;
    case '<=':
      return sql`${value} < ${end}`;
    case '>':
      return sql`${value} >= ${end}`;
    case '>=':
      return sql`${value} >= ${start}`;
    // The others are refused or negated before.
    case '=':
    case '~':
    case '!=':
    case '!~':
      return sql`(${value} >= ${start} and ${value} < ${end})`;
  }
}
