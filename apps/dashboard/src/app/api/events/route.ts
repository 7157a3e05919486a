import { z } from 'zod';
import { handle } from '../../../requests/handle.ts';
import { single } from '../../../requests/schemas.ts';
import { runFeed } from '../../../live/run-feed.ts';

/** Sent while nothing changes: a page without it takes the connection as broken. */
const BEAT_MS = 15_000;

/**
 * `/api/events?after=<cursor>`: server-sent events, for as long as the page is open.
 *
 * - `state`: `{ listening, missed }`, first and on every change. `missed`: runs may have changed since the cursor that are
 *   not reported, so the page must ask for what it shows.
 * - `runs`: ids of runs that changed. Its id is the cursor, which browsers send as `Last-Event-ID` when they reconnect.
 * - `beat`: nothing happened.
 */
export const GET = handle({ query: z.object({ after: single }) }, ({ query, request }) => {
  const feed = runFeed();
  if (feed === undefined) return new Response('The database cannot be read.', { status: 503 });
  const cursor = request.headers.get('last-event-id') ?? query.after;
  let end = (): void => {};
  const body = new ReadableStream<string>({
    start(controller) {
      const send = (event: string, data: unknown, id: string): void =>
        controller.enqueue(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      const changed = cursor === undefined ? undefined : feed.since(cursor);
      send('state', { listening: feed.listening, missed: changed === undefined }, feed.cursor);
      if (changed !== undefined && changed.length > 0) send('runs', changed, feed.cursor);
      const unsubscribe = feed.subscribe({
        onRuns: (runIds, now) => send('runs', runIds, now),
        onListening: (listening, now) => send('state', { listening, missed: true }, now),
      });
      const beat = setInterval(() => send('beat', 0, feed.cursor), BEAT_MS);
      end = () => {
        clearInterval(beat);
        unsubscribe();
      };
    },
    cancel: () => end(),
  });
  return new Response(body.pipeThrough(new TextEncoderStream()), {
    headers: {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // Compression would hold events back.
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
    },
  });
});
