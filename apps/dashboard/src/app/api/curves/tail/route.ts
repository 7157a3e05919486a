import { z } from 'zod';
import { answer } from '../../../../all-runs/answer.ts';
import { parseCursors } from '../../../../curves/curve-request.ts';
import { loadTails } from '../../../../curves/load-curves.ts';
import { handle } from '../../../../requests/handle.ts';
import { repeated } from '../../../../requests/schemas.ts';

const query = z.object({ after: repeated.transform(parseCursors) });

/** `/api/curves/tail?after=7:120:loss`: the points of curves that follow a step. −1 asks for all. */
export const GET = handle({ query }, ({ query: { after } }) => answer((db) => loadTails(db, after)));
