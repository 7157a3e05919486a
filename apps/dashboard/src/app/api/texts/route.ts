import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import { parseTextRequest, type TextRequest } from '@sae-lab/text/requests';
import { read } from '../../../database/read.ts';
import { knownLatents } from '../../../own-text/known-latents.ts';
import { handle } from '../../../requests/handle.ts';
import type { TextReply } from '../../../own-text/text-reply.ts';
import { textService } from '../../../own-text/text-service.ts';

const body = z.record(z.string(), z.unknown()).transform(parseTextRequest);

/**
 * Reads a text with SAEs, or steers: `{ kind: 'read', text, saes }` or `{ kind: 'steer', … }`. Answers with lines of
 * JSON, one for each stage and a last one with the answer or the problem. A browser that leaves cancels it.
 */
export const POST = handle({ body }, ({ body: asked, request }) => {
  const left = new AbortController();
  request.signal.addEventListener('abort', () => left.abort());
  const stream = new ReadableStream<string>({
    async start(controller) {
      const send = (reply: TextReply): void => {
        if (!left.signal.aborted) controller.enqueue(`${JSON.stringify(reply)}\n`);
      };
      send(await replyTo(asked, left.signal, send));
      if (!left.signal.aborted) controller.close();
    },
    cancel: () => left.abort(),
  });
  return new Response(stream.pipeThrough(new TextEncoderStream()), {
    headers: {
      'Content-Type': 'application/x-ndjson; charset=utf-8',
      // Compression would hold stages back.
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    },
  });
});

async function replyTo(
  request: TextRequest,
  signal: AbortSignal,
  send: (reply: TextReply) => void,
): Promise<TextReply> {
  try {
    const answered = await textService().ask(request, { signal, onStage: (stage) => send({ stage }) });
    // Without them, the answer is still worth showing.
    const { data: known = {} } = await read((db) => knownLatents(db, answered.answer));
    return { ...answered, known };
  } catch (error) {
    if (isOwn(error)) return { problem: { code: error.code, message: error.message } };
    console.error(error);
    const { code, message } = new SaeLabError('text.failed', { problem: String(error) });
    return { problem: { code, message } };
  }
}

/** By its name: the service is not part of the bundle, so its errors are of another copy of the class. */
function isOwn(error: unknown): error is SaeLabError {
  return error instanceof Error && error.name === 'SaeLabError';
}
