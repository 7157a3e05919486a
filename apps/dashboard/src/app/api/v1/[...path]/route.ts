import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import { problemResponse } from '../../../../api-v1/server/problem-response.ts';
import { handle } from '../../../../requests/handle.ts';

/** Addresses below `/api/v1` that do not exist. */
export const GET = handle({ path: z.object({ path: z.array(z.string()) }) }, ({ path: { path } }) => {
  const received = `/api/v1/${path.join('/')}`;
  return problemResponse(
    new SaeLabError('api.not-found', {
      problem: 'the API has no such address',
      field: 'path',
      expected: 'an address that /api/v1 lists',
      received: received.length > 80 ? `${received.slice(0, 80)}…` : received,
    }),
  );
});
