import 'server-only';
import { ERROR_CODES, type SaeLabError } from '@sae-lab/errors';
import type { Problem } from '../problem.ts';

const STATUS: Readonly<Partial<Record<string, number>>> = {
  'api.not-found': 404,
  'api.no-features': 404,
  'api.no-sae': 404,
  'api.file-elsewhere': 404,
  'api.invalid-range': 416,
  'store.missing': 404,
  'store.corrupted': 502,
  'store.cache-full': 507,
  'store.no-cache': 507,
};

/** Answers with problem details (RFC 9457). Faults of the database and of the store are 503: the same request may succeed later. */
export function problemResponse(
  { code, message, details }: Pick<SaeLabError, 'code' | 'message' | 'details'>,
  { span, headers }: { span?: Problem['span']; headers?: Record<string, string> } = {},
): Response {
  const { field, expected, received, fix } = details;
  const status = STATUS[code] ?? (/^(db|store)\./.test(code) ? 503 : 400);
  return send(
    {
      type: `urn:sae-lab:error:${code}`,
      title: ERROR_CODES[code]?.meaning ?? code,
      status,
      detail: message,
      code,
      ...(field !== undefined && { field }),
      ...(expected !== undefined && { expected }),
      ...(received !== undefined && { received }),
      ...(fix !== undefined && { fix }),
      ...(span && { span }),
    },
    headers,
  );
}

/** Answers that a bug was met. What it was is for the log of the server only. */
export function unexpectedResponse(): Response {
  return send({
    type: 'urn:sae-lab:error:unexpected',
    title: 'A bug in the dashboard.',
    status: 500,
    detail: 'The dashboard failed to answer. Its terminal shows the error.',
    code: 'unexpected',
  });
}

function send(problem: Problem, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...headers },
  });
}
