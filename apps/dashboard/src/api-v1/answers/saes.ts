import 'server-only';
import { evaluationsOfSae, listSaes, saeById, type Db, type SaeRow } from '@sae-lab/db/reading';
import { sentEvaluation } from './evaluations.ts';
import { notFound } from './find.ts';

export async function saesAnswer(db: Db, sweep: number | undefined) {
  return { saes: (await listSaes(db, sweep)).map(sent) };
}

/** @throws {SaeLabError} `api.not-found` */
export async function requireSae(db: Db, id: number): Promise<SaeRow> {
  const sae = await saeById(db, id);
  if (sae === undefined) throw notFound('SAE', id);
  return sae;
}

/** @throws {SaeLabError} `api.not-found` */
export async function saeAnswer(db: Db, id: number) {
  return {
    ...sent(await requireSae(db, id)),
    evaluations: (await evaluationsOfSae(db, id)).map(sentEvaluation),
  };
}

function sent(row: SaeRow) {
  const { saeHash: hash, createdAt, data: _, activationsId: _id, ...sae } = row;
  return { ...sae, hash, createdAt: createdAt.toISOString() };
}
