/** Reads one column of a parquet file page by page, as the bytes arrive. */
import type { ByteSource } from '@sae-lab/hub';
import type { ColumnMetaData, DecodedArray, PageHeader } from 'hyparquet';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert } from 'hyparquet/src/convert.js';
import { byteQueue, type ByteQueue } from './byte-queue.ts';

/** Options with which hyparquet decodes a column. */
export type ColumnDecoder = Parameters<typeof readPage>[2];

/** The values of a page; undefined if it was skipped. */
export interface PageValues {
  readonly rows: number;
  readonly values: DecodedArray | undefined;
}

/** Page headers contain the smallest and largest value of the page, which may be whole documents. */
const MOST_HEADER_BYTES = 2 ** 24;

/**
 * @param skip number of leading rows that are not needed; pages with only such rows are not decoded
 * @throws while iterating: errors of hyparquet and of the source
 */
export async function* columnPages(
  source: ByteSource,
  column: ColumnMetaData,
  decoder: ColumnDecoder,
  skip: number,
  signal?: AbortSignal,
): AsyncGenerator<PageValues> {
  const start = Number(column.dictionary_page_offset || column.data_page_offset);
  const end = start + Number(column.total_compressed_size);
  if (!(start >= 0 && end <= source.size)) throw new Error('a column chunk is outside of the file');
  const queue = byteQueue(source.stream({ start, end }, signal));
  let dictionary: DecodedArray | undefined;
  let row = 0;
  try {
    for (let seen = 0; seen < Number(column.num_values);) {
      const header = await nextHeader(queue);
      const bytes = await queue.take(header.compressed_page_size);
      const rows = rowsOf(header);
      const decoded = (): DecodedArray | undefined =>
        readPage({ view: new DataView(bytes), offset: 0 }, header, decoder, dictionary, undefined, 0).data;
      if (header.type === 'DICTIONARY_PAGE') {
        dictionary = convert(decoded() ?? [], decoder);
      } else if (rows !== undefined) {
        const values = row + rows <= skip ? undefined : (decoded() ?? []);
        if (values !== undefined && values.length !== rows) throw new Error('a page has too few values');
        yield { rows, values };
        row += rows;
        seen += rows;
      }
    }
  } finally {
    await queue.close();
  }
}

/** Number of rows in a data page. A flat column has one value per row. */
function rowsOf({ data_page_header: v1, data_page_header_v2: v2 }: PageHeader): number | undefined {
  return v1?.num_values ?? v2?.num_rows;
}

/** The length of a header is unknown before it is parsed, so parsing is retried with more bytes until they suffice. */
async function nextHeader(queue: ByteQueue): Promise<PageHeader> {
  for (let bytes = 1024; ; bytes *= 4) {
    const head = await queue.peek(bytes);
    const reader = { view: new DataView(head), offset: 0 };
    try {
      const header = parquetHeader(reader);
      await queue.take(reader.offset);
      return header;
    } catch (error) {
      if (head.byteLength < bytes || bytes > MOST_HEADER_BYTES) throw error;
    }
  }
}
