import { z } from 'zod';
import { loadList } from '../../../../across/load-list.ts';
import { LISTS, THRESHOLD } from '../../../../across/pair-lists.ts';
import { answer } from '../../../../all-runs/answer.ts';
import { handle } from '../../../../requests/handle.ts';
import { noSuchPage } from '../../../../requests/route.ts';
import { id, single } from '../../../../requests/schemas.ts';

const query = z.object({
  a: single.pipe(id),
  b: single.pipe(id),
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

/** `/api/compare/saes?a=3&b=4&list=pairs&after=0.93,17`: a page of the latents of a pair. */
export const GET = handle({ query }, ({ query: asked }) =>
  answer(async (db) => (await loadList(db, asked)) ?? noSuchPage()),
);
