import { noSuchPage } from '../../../../requests/route.ts';
import { answer, refusal } from '../../../../all-runs/answer.ts';
import { idOf } from '../../../../database/id-of.ts';
import { loadList } from '../../../../across/load-list.ts';
import { LISTS, THRESHOLD } from '../../../../across/pair-lists.ts';

/** `/api/compare/saes?a=3&b=4&list=pairs&after=0.93,17`: a page of the latents of a pair. */
export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const [a, b] = ['a', 'b'].map((name) => idOf(searchParams.get(name) ?? ''));
  const list = LISTS.find((name) => name === (searchParams.get('list') ?? 'pairs'));
  const threshold = Number(searchParams.get('threshold') ?? THRESHOLD);
  const cursor = searchParams.get('after')?.split(',').map(Number);
  const [key = NaN, latent = NaN] = cursor ?? [];
  const isCursor = cursor === undefined || (cursor.length === 2 && Number.isFinite(key) && isIndex(latent));
  if (a === undefined || b === undefined || list === undefined || !(Math.abs(threshold) <= 1) || !isCursor) {
    return refusal({
      code: 'dashboard.unknown-request',
      message: `The address needs a and b, ids of runs, a list (${LISTS.join(', ')}), a threshold from -1 to 1, and after as key,latent.`,
    });
  }
  const after = cursor === undefined ? undefined : { key, latent };
  const all = searchParams.get('all') === 'true';
  return answer(async (db) => (await loadList(db, { a, b, list, threshold, after, all })) ?? noSuchPage());
}

/** An integer that Postgres has, too. */
function isIndex(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** 31;
}
