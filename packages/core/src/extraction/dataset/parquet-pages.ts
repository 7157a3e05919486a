/** The pages of one column of a parquet file, one at a time as they arrive. */
import type { ByteSource } from '@sae-lab/hub';
import type { ColumnMetaData, DecodedArray, PageHeader } from 'hyparquet';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert } from 'hyparquet/src/convert.js';
import { byteQueue, type ByteQueue } from './byte-queue.ts';

/** How hyparquet decodes a column. */
export type ColumnDecoder = Parameters<typeof readPage>[2];

/** Values of a page; undefined for one that was passed over. */
export interface PageValues {
  readonly rows: number;
  readonly values: DecodedArray | undefined;
}

/** Headers hold the smallest and largest value of a page, which may be whole texts. */
const MOST_HEADER_BYTES = 2 ** 24;

/**
 * @param skip rows that are not wanted: pages that hold only such are not decoded
 * @throws while iterating: Error of hyparquet, those of the source
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
  if (!(start >= 0 && end <= source.size)) throw new Error('a column is outside of the file');
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
        if (values !== undefined && values.length !== rows) throw new Error('a page lacks values');
        yield { rows, values };
        row += rows;
        seen += rows;
      }
    }
  } finally {
    await queue.close();
  }
}

/** Rows of a page of data; a flat column has one value a row. */
function rowsOf({ data_page_header: v1, data_page_header_v2: v2 }: PageHeader): number | undefined {
  return v1?.num_values ?? v2?.num_rows;
}

/** Its length is known only when it is parsed: it is tried with more bytes until they suffice. */
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
