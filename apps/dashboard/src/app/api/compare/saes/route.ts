import type { SaeSubject } from '@sae-lab/db/reading';
import { z } from 'zod';
import { loadList } from '../../../../across/load-list.ts';
import { LISTS, THRESHOLD } from '../../../../across/pair-lists.ts';
import { answer } from '../../../../all-runs/answer.ts';
import { handle } from '../../../../requests/handle.ts';
import { subjectOf } from '../../../../saes/subject.ts';
import { noSuchPage } from '../../../../requests/route.ts';
import { single } from '../../../../requests/schemas.ts';

const subject = single.transform((text, context): SaeSubject => {
  const found = text === undefined ? undefined : subjectOf(text);
  if (found !== undefined) return found;
  context.addIssue('is neither the id of a run nor that of an SAE');
  return z.NEVER;
});

const query = z.object({
  a: subject,
  b: subject,
  list: single.default('pairs').pipe(z.enum(LISTS)),
  threshold: single.transform((text) => Number(text ?? THRESHOLD)).pipe(z.number().min(-1).max(1)),
  after: single
    .transform((text) => text?.split(',').map(Number))
    .pipe(
      z
        .tuple([z.number(), z.int()])
        .transform(([key, latent]) => ({ key, latent }))
        .optional(),
    ),
  all: single.transform((text) => text === 'true'),
});

/** `/api/compare/saes?a=3&b=sae-4&list=pairs&after=0.93,17`: a page of the latents of a pair. */
export const GET = handle({ query }, ({ query: asked }) =>
  answer(async (db) => (await loadList(db, asked)) ?? noSuchPage()),
);
