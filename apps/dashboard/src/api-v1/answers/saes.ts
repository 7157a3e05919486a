import 'server-only';
import { evaluationsOfSae, listSaes, saeById, type Db, type SaeRow } from '@sae-lab/db/reading';
import { sentEvaluation } from './evaluations.ts';
import { notFound } from './find.ts';

export async function saesAnswer(db: Db, sweep: number | undefined) {
  return { saes: (await listSaes(db, sweep)).map(sent) };
}

/** @throws {SaeLabError} `api.not-found` */
export async function saeAnswer(db: Db, id: number) {
  const sae = await saeById(db, id);
  if (sae === undefined) throw notFound('SAE', id);
  return { ...sent(sae), evaluations: (await evaluationsOfSae(db, id)).map(sentEvaluation) };
}

function sent({ saeHash: hash, createdAt, ...sae }: SaeRow) {
  return { ...sae, hash, createdAt: createdAt.toISOString() };
}
