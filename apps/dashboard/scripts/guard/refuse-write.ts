import type { IncomingMessage } from 'node:http';
import type { Refusal } from './refusal.ts';

/** What the dashboard answers everywhere. */
const READING = ['GET', 'HEAD'];
const WRITING = ['POST', 'PUT', 'PATCH', 'DELETE'];
/** Bytes of a request. The largest are tens of thousands of run ids. */
export const LARGEST_BODY = 1024 * 1024;

/**
 * Refuses what would change something unless a page of this dashboard asks for it, in JSON. This holds for every route:
 * a new one needs nothing.
 *
 * @param byProgram whether the request brought its token in a header, which no page of another site can make a browser do
 */
export function refuseWrite(request: IncomingMessage, byProgram: boolean): Refusal | undefined {
  const { headers, method = '', url = '' } = request;
  const length = Number(headers['content-length'] ?? 0);
  if (headers['transfer-encoding'] !== undefined) {
    return { status: 411, text: 'The length of the request is unknown. Expected a Content-Length header.' };
  }
  if (!(length <= LARGEST_BODY)) {
    return { status: 413, text: `The request is too large. Expected at most ${LARGEST_BODY} bytes.` };
  }
  if (READING.includes(method)) return undefined;
  if (!WRITING.includes(method) || !url.startsWith('/api/')) {
    return {
      status: 405,
      text: `The dashboard is read-only here. Expected ${READING.join(' or ')}, received ${method}.`,
      headers: { Allow: READING.join(', ') },
    };
  }
  if (!isOfOwnPage(headers, byProgram)) {
    return { status: 403, text: 'Only the pages of this dashboard may write.' };
  }
  if (length > 0 && !/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    return { status: 415, text: 'The request must be JSON. Expected Content-Type: application/json.' };
  }
  return undefined;
}

/** Browsers send the origin of every page that writes. A page of another port may read, but not write. */
function isOfOwnPage(
  { origin, host, 'sec-fetch-site': site }: IncomingMessage['headers'],
  byProgram: boolean,
): boolean {
  if (site !== undefined && site !== 'same-origin') return false;
  return origin === undefined ? byProgram : origin.replace(/^https?:\/\//, '') === host;
}
