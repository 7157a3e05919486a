import 'server-only';
import {
  featuresOfRun,
  latentOf,
  latentsAfter,
  probesOfLatent,
  probingOfRun,
  type Db,
  type ProbeOfLatent,
  type Run,
} from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import type { getLatent, listLatents } from '../endpoints/latents.ts';
import { LARGEST_INTEGER } from '../parameters.ts';
import { readCursor, writeCursor } from '../server/cursor.ts';
import { notFound } from './find.ts';

type Query = z.infer<(typeof listLatents)['query']>;
type LatentAnswer = z.input<NonNullable<(typeof getLatent)['answer']>>;

const place = z.strictObject({ value: z.number().nullable(), latent: z.int().min(0).max(LARGEST_INTEGER) });

/** @throws {SaeLabError} `api.no-features`, `api.invalid-cursor` */
export async function latentsAnswer(db: Db, run: Run, { sort, dir, limit, cursor }: Query) {
  const { id, version, tokens, documents } = await requireFeatures(db, run);
  const probingId = (await probingOfRun(db, run.id))?.id ?? null;
  // Of these evaluations: others have other latents and scores.
  const request = [id, sort, dir, ...(sort === 'probingScore' ? [probingId] : [])];
  const { rows, next } = await latentsAfter(db, id, {
    order: { by: sort, direction: dir },
    after: readCursor(cursor, place, request),
    limit,
    probingId,
  });
  return {
    run: run.id,
    evaluation: { id, version, tokens, documents },
    latents: rows,
    next: next && writeCursor(next, request),
  };
}

/** @throws {SaeLabError} `api.no-features`, `api.not-found` */
export async function latentAnswer(db: Db, run: Run, index: number): Promise<LatentAnswer> {
  const { id } = await requireFeatures(db, run);
  const found = await latentOf(db, id, index);
  if (found === undefined) throw notFound('described latent', index);
  const { features, ...summary } = found;
  const [probes, probing] = await Promise.all([probesOfLatent(db, run.id, index), probingOfRun(db, run.id)]);
  const probe = probes.find(({ evaluationId }) => evaluationId === probing?.id);
  // The evaluation writes what `getLatent` describes; the tests compare the two.
  return {
    silent: [],
    ...(features as unknown as Omit<LatentAnswer, 'silent'>),
    ...summary,
    probingScore: probe?.score ?? null,
    probingClass: probe?.class ?? null,
    probes: probes.map(probeAnswer),
    run: run.id,
  };
}

function probeAnswer(probe: ProbeOfLatent): LatentAnswer['probes'][number] {
  const { latent: _, evaluationId: _id, ...rest } = probe;
  return rest;
}

async function requireFeatures(db: Db, run: Run) {
  const evaluation = await featuresOfRun(db, run.id);
  if (evaluation !== undefined) return evaluation;
  throw new SaeLabError('api.no-features', {
    problem: 'the latents of the run were never described',
    field: `run ${run.id}`,
    expected: 'a run with the evaluation `features`',
    fix: 'Run `pnpm evaluate <sweep> --only features` for a sweep of the run.',
  });
}
