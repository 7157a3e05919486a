import { SaeLabError } from '@sae-lab/errors';

/** The usual name of the text column. */
const USUAL = 'text';

/** A parquet column, or a field of a JSON line. */
export interface Column {
  readonly name: string;
  readonly isText: boolean;
}

/**
 * Chooses the text column: the requested one, else `text`, else the only column that contains text.
 *
 * @throws {SaeLabError} dataset.no-text-column
 */
export function textColumn(where: string, columns: readonly Column[], wanted: string | undefined): string {
  const texts = columns.filter(({ isText }) => isText).map(({ name }) => name);
  if (wanted !== undefined && texts.includes(wanted)) return wanted;
  if (wanted === undefined && texts.includes(USUAL)) return USUAL;
  if (wanted === undefined && texts.length === 1) return texts[0]!;
  const exists = columns.some(({ name }) => name === wanted);
  throw new SaeLabError('dataset.no-text-column', {
    problem:
      wanted !== undefined
        ? `column ${wanted} ${exists ? 'does not hold text' : 'does not exist'}`
        : texts.length === 0
          ? 'no column holds text'
          : 'the text column is ambiguous',
    field: where,
    expected: texts.length === 0 ? 'a text column' : `one of the text columns ${shortened(texts)}`,
    received: wanted ?? `columns ${shortened(columns.map(({ name }) => name))}`,
    fix:
      texts.length === 0
        ? 'Choose another dataset.'
        : "Set column to one of them (textField for kind 'jsonl').",
  });
}

function shortened(names: readonly string[]): string {
  const rest = names.length - 8;
  return rest > 0 ? `${names.slice(0, 8).join(', ')} and ${rest} more` : names.join(', ');
}
