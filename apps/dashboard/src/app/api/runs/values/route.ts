import { runKeyValues, runTableKeys } from '@sae-lab/db/reading';
import { answer } from '../../../../all-runs/answer.ts';

/** `/api/runs/values?key=variant&typed=to`: values that runs have under a key, for completion. */
export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const [key, typed] = [searchParams.get('key') ?? '', searchParams.get('typed') ?? ''];
  return answer(async (db) =>
    runKeyValues(db, { keys: await runTableKeys(db), key, typed: typed.replaceAll('\0', ''), limit: 12 }),
  );
}
