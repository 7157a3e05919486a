import 'server-only';
import { Readable } from 'node:stream';
import { SaeLabError } from '@sae-lab/errors';
import { byteRange } from './byte-range.ts';
import { openRecorded, type RunFile } from './open-file.ts';
import { problemResponse } from './problem-response.ts';
import { matches } from './route.ts';

/**
 * Streams a recorded file, or the part of it that the request asks for.
 *
 * @throws {SaeLabError} `api.file-elsewhere`, `store.*`
 */
export async function fileResponse(request: Request, file: RunFile): Promise<Response> {
  const tag = `"${file.sha256}"`;
  const headers = {
    ETag: tag,
    // Compression would change the bytes that ranges count.
    'Cache-Control': 'private, no-cache, no-transform',
    'Accept-Ranges': 'bytes',
  };
  if (matches(request.headers.get('if-none-match'), tag)) return new Response(null, { status: 304, headers });
  const condition = request.headers.get('if-range');
  const isCurrent = condition === null || condition === tag;
  const range = byteRange(isCurrent ? request.headers.get('range') : null, file.bytes);
  if (range === 'unsatisfiable') {
    const error = new SaeLabError('api.invalid-range', {
      problem: 'the file has none of these bytes',
      field: 'Range',
      expected: `a range within ${file.bytes} bytes`,
      received: request.headers.get('range') ?? '',
    });
    return problemResponse(error, { headers: { 'Content-Range': `bytes */${file.bytes}` } });
  }
  const found = await openRecorded(file);
  const { first, last } = range === 'whole' ? { first: 0, last: file.bytes - 1 } : range;
  const content = {
    ...headers,
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename="${file.name.replaceAll(/[^\w.-]/g, '_')}"`,
    ...(range !== 'whole' && { 'Content-Range': `bytes ${first}-${last}/${file.bytes}` }),
  };
  const status = range === 'whole' ? 200 : 206;
  if (request.method === 'HEAD' || file.bytes === 0) {
    await found.close();
    return new Response(null, { status, headers: content });
  }
  const stream = await found.stream(first, last);
  return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array>, { status, headers: content });
}
