import 'server-only';
import { writtenLabels, type Db } from '@sae-lab/db/reading';
import type { z } from 'zod';
import { writtenPlace } from '../../labels/load-labels.ts';
import { wordsOf } from '../../labels/words-of.ts';
import type { listLabels } from '../endpoints/labels.ts';
import { readCursor, writeCursor } from '../server/cursor.ts';

/** @throws {SaeLabError} `api.invalid-cursor` */
export async function labelsAnswer(
  db: Db,
  { q = '', kind, limit, cursor }: z.infer<(typeof listLabels)['query']>,
) {
  const words = wordsOf(q);
  const request = [words, kind ?? null];
  const after = readCursor(cursor, writtenPlace, request);
  const kinds = kind === undefined ? undefined : [kind];
  const { rows, next } = await writtenLabels(db, { words, kinds, after, limit });
  return {
    labels: rows.map(({ kind: of, text, author, writtenAt, score, latent, run, sae, sweeps }) => ({
      kind: of,
      text,
      author,
      writtenAt: writtenAt.toISOString(),
      score,
      latent,
      run: run?.id ?? null,
      hash: run?.runHash ?? null,
      variant: run?.variant ?? null,
      // Each is of one of the two.
      hook: (run ?? sae!).hook,
      width: (run ?? sae!).width,
      seed: run?.seed ?? null,
      sae: sae && { id: sae.id, name: sae.name },
      sweeps: [...sweeps],
    })),
    next: next && writeCursor(next, request),
  };
}
