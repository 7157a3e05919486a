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
  const [key, latent, ...rest] = searchParams.get('after')?.split(',').map(Number) ?? [];
  const isCursor = rest.length === 0 && Number.isFinite(key ?? 0) && Number.isInteger(latent ?? 0);
  if (a === undefined || b === undefined || list === undefined || !(Math.abs(threshold) <= 1) || !isCursor) {
    return refusal({
      code: 'dashboard.unknown-request',
      message: `The address needs a and b, ids of runs, a list (${LISTS.join(', ')}), a threshold from -1 to 1, and after as key,latent.`,
    });
  }
  const after = key === undefined || latent === undefined ? undefined : { key, latent };
  const all = searchParams.get('all') === 'true';
  return answer(async (db) => (await loadList(db, { a, b, list, threshold, after, all })) ?? noSuchPage());
}
