import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import type { Backend } from './backend/backend.ts';
import { contentOfText } from './backend/content.ts';
import { readText } from './read-text.ts';

/** Names the database whose files a store has. */
const MARKER = 'sae-lab-store.json';

const markerSchema = z.looseObject({ cluster: z.string() });

/**
 * Checks that the prefix belongs to this database, and takes it if it belongs to none. Attempts are numbered by the
 * database, so the files of two of them would get the same names.
 *
 * @throws {SaeLabError} `store.other-cluster`, `store.corrupted`
 */
export async function requireOwnPrefix(backend: Backend, cluster: string): Promise<void> {
  const text = `${JSON.stringify({ format: 1, cluster }, null, 2)}\n`;
  const found = await readText(backend, MARKER);
  if (found === undefined && (await backend.put(MARKER, contentOfText(text))) === 'written') return;
  const there = found ?? (await readText(backend, MARKER)) ?? '';
  const owner = ownerIn(there);
  if (owner === cluster) return;
  throw new SaeLabError('store.other-cluster', {
    problem: 'another database uses this prefix',
    field: `${backend.location}/${MARKER}`,
    expected: `cluster ${cluster}`,
    received: owner === undefined ? 'an unreadable file' : `cluster ${owner}`,
    fix: 'Set SAE_LAB_STORE to another prefix. If that database is gone, or was restored as this one, delete this file.',
  });
}

function ownerIn(text: string): string | undefined {
  try {
    return markerSchema.parse(JSON.parse(text)).cluster;
  } catch {
    return undefined;
  }
}
