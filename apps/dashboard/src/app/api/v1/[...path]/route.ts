import { SaeLabError } from '@sae-lab/errors';
import { problemResponse } from '../../../../api-v1/server/problem-response.ts';

/** Addresses below `/api/v1` that do not exist. */
export async function GET(
  _: Request,
  { params }: { params: Promise<{ path: string[] }> },
): Promise<Response> {
  const received = `/api/v1/${(await params).path.join('/')}`;
  return problemResponse(
    new SaeLabError('api.not-found', {
      problem: 'the API has no such address',
      field: 'path',
      expected: 'an address that /api/v1 lists',
      received: received.length > 80 ? `${received.slice(0, 80)}…` : received,
    }),
  );
}
