import { SaeLabError } from '@sae-lab/errors';

/** The name that most datasets give to their text. */
const USUAL = 'text';

/** A column of a file, or a field of its lines. */
export interface Column {
  readonly name: string;
  readonly isText: boolean;
}

/**
 * The column that holds the text: the named one, else `text`, else the only one with text.
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
      wanted === undefined
        ? `it is not clear which column holds the text`
        : `column ${wanted} ${exists ? 'holds no text' : 'does not exist'}`,
    field: where,
    expected: texts.length === 0 ? 'a column of text' : `one of the columns of text: ${shortened(texts)}`,
    received: wanted ?? `columns ${shortened(columns.map(({ name }) => name))}`,
    fix: texts.length === 0 ? 'Name another dataset.' : 'Name one of them as column.',
  });
}

function shortened(names: readonly string[]): string {
  const rest = names.length - 8;
  return rest > 0 ? `${names.slice(0, 8).join(', ')} and ${rest} more` : names.join(', ');
}
