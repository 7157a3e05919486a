import 'server-only';
import {
  featuresOf,
  latentOf,
  latentsAfter,
  probesOfLatent,
  probingOf,
  type Db,
  type ProbeOfLatent,
  type SaeSubject,
} from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import { subjectKey, subjectName } from '../../saes/subject.ts';
import type { getSaeLatent, listLatents } from '../endpoints/latents.ts';
import { LARGEST_INTEGER } from '../parameters.ts';
import { readCursor, writeCursor } from '../server/cursor.ts';
import { notFound } from './find.ts';

type Query = z.infer<(typeof listLatents)['query']>;
/** Without what names the SAE. */
type LatentAnswer = Omit<z.input<NonNullable<(typeof getSaeLatent)['answer']>>, 'sae'>;

const place = z.strictObject({ value: z.number().nullable(), latent: z.int().min(0).max(LARGEST_INTEGER) });

/** @throws {SaeLabError} `api.no-features`, `api.invalid-cursor` */
export async function latentsAnswer(db: Db, subject: SaeSubject, { sort, dir, limit, cursor }: Query) {
  const { id, version, tokens, documents } = await requireFeatures(db, subject);
  const probingId = (await probingOf(db, subject))?.id ?? null;
  // Of these evaluations: others have other latents and scores.
  const request = [id, sort, dir, ...(sort === 'probingScore' ? [probingId] : [])];
  const { rows, next } = await latentsAfter(db, id, {
    order: { by: sort, direction: dir },
    after: readCursor(cursor, place, request),
    limit,
    probingId,
  });
  return {
    evaluation: { id, version, tokens, documents },
    latents: rows,
    next: next && writeCursor(next, request),
  };
}

/** @throws {SaeLabError} `api.no-features`, `api.not-found` */
export async function latentAnswer(db: Db, subject: SaeSubject, index: number): Promise<LatentAnswer> {
  const { id } = await requireFeatures(db, subject);
  const found = await latentOf(db, id, index);
  if (found === undefined) throw notFound('described latent', index);
  const { features, ...summary } = found;
  const [probes, probing] = await Promise.all([probesOfLatent(db, subject, index), probingOf(db, subject)]);
  const probe = probes.find(({ evaluationId }) => evaluationId === probing?.id);
  // The evaluation writes what `getLatent` describes; the tests compare the two.
  return {
    silent: [],
    ...(features as unknown as Omit<LatentAnswer, 'silent'>),
    ...summary,
    probingScore: probe?.score ?? null,
    probingClass: probe?.class ?? null,
    probes: probes.map(probeAnswer),
  };
}

function probeAnswer(probe: ProbeOfLatent): LatentAnswer['probes'][number] {
  const { latent: _, evaluationId: _id, ...rest } = probe;
  return rest;
}

async function requireFeatures(db: Db, subject: SaeSubject) {
  const evaluation = await featuresOf(db, subject);
  if (evaluation !== undefined) return evaluation;
  throw new SaeLabError('api.no-features', {
    problem: 'the latents were never described',
    field: subjectName(subject),
    expected: 'an SAE with the evaluation `features`',
    fix:
      subject.runId === undefined
        ? `Run \`pnpm evaluate ${subjectKey(subject)} --only features\`.`
        : 'Run `pnpm evaluate <sweep> --only features` for a sweep of the run.',
  });
}
