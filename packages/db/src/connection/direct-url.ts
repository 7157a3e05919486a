import { SaeLabError } from '@sae-lab/errors';
import { clusterId } from '../queries/cluster-id.ts';
import { dbOn } from './connect.ts';
import { findPooler } from './find-pooler.ts';
import { reach } from './reach.ts';

const FIELD = 'SAE_LAB_DIRECT_URL';

/**
 * Checks that a URL leads to the same database as another one, past every pooler.
 *
 * @throws {SaeLabError} `db.direct-url`, and the codes of `reach`
 */
export async function requireDirect(directUrl: string, url: string): Promise<void> {
  const pooler = await findPooler(directUrl);
  if (pooler !== undefined) throw unfit('leads to a pooler, too', 'the address of the server itself', pooler);
  const [own, direct] = [await identityOf(url), await identityOf(directUrl)];
  if (own !== direct) {
    throw unfit('leads to another database', `the database of DATABASE_URL, ${own}`, direct);
  }
}

async function identityOf(url: string): Promise<string> {
  const sql = await reach(url, { max: 1 });
  try {
    return await clusterId(dbOn(sql));
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function unfit(problem: string, expected: string, received: string): SaeLabError {
  return new SaeLabError('db.direct-url', {
    problem: `${FIELD} ${problem}`,
    field: FIELD,
    expected,
    received,
    fix: `Set ${FIELD} to the server's own address, or unset it.`,
  });
}
