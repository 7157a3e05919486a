import { answer } from '../../../../all-runs/answer.ts';
import { exportStream } from '../../../../all-runs/export/export-stream.ts';
import { EXPORT_FORMATS } from '../../../../all-runs/export/formats.ts';
import { loadTableState } from '../../../../all-runs/table-state.ts';
import { handle } from '../../../../requests/handle.ts';
import { single, queryWith } from '../../../../requests/schemas.ts';

const query = queryWith((given) => loadTableState(given), { format: single });

/**
 * `/api/runs/export?format=csv&filter=…`: the filtered table as a file, all rows, in its order and with its columns. The format
 * is `csv`, `json`, `parquet` or `tex`. With `group=variant`, the file has the groups.
 */
export const GET = handle({ query }, ({ query: { state, format: asked } }) => {
  const { extension, type } =
    EXPORT_FORMATS.find((format) => format.extension === asked) ?? EXPORT_FORMATS[0];
  return answer(async (db) => {
    const content = await exportStream(db, state, extension);
    return new Response(content, {
      headers: {
        'Content-Type': type,
        'Content-Disposition': `attachment; filename="${state.group.length === 0 ? 'runs' : 'groups'}.${extension}"`,
      },
    });
  });
});
