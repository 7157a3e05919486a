import { answer } from '../../../../all-runs/answer.ts';
import { exportStream } from '../../../../all-runs/export/export-stream.ts';
import { EXPORT_FORMATS } from '../../../../all-runs/export/formats.ts';
import { handle } from '../../../../requests/handle.ts';
import { single, tableQueryWith } from '../../../../requests/schemas.ts';

const query = tableQueryWith({ format: single });

/**
 * `/api/runs/export?format=csv&filter=…`: the filtered table as a file, all rows, in its order and with its columns. The format
 * is `csv`, `json`, `parquet` or `tex`. With `group=variant`, the file has the groups.
 */
export const GET = handle({ query }, ({ query: { table, format: asked } }) => {
  const { extension, type } =
    EXPORT_FORMATS.find((format) => format.extension === asked) ?? EXPORT_FORMATS[0];
  return answer(async (db) => {
    const content = await exportStream(db, table, extension);
    return new Response(content, {
      headers: {
        'Content-Type': type,
        'Content-Disposition': `attachment; filename="${table.group.length === 0 ? 'runs' : 'groups'}.${extension}"`,
      },
    });
  });
});
