import { expect, test, vi } from 'vitest';
import { withoutBody } from './without-body.ts';

test('ends the stream of a body that is not sent', async () => {
  const cancel = vi.fn<() => void>();
  const body = new ReadableStream<string>({ cancel }).pipeThrough(new TextEncoderStream());
  const answer = await withoutBody(new Response(body, { status: 206, headers: { ETag: '"a"' } }));
  expect(cancel).toHaveBeenCalledOnce();
  expect([answer.status, answer.headers.get('etag'), answer.body]).toEqual([206, '"a"', null]);
  expect((await withoutBody(new Response(null, { status: 304 }))).status).toBe(304);
});
