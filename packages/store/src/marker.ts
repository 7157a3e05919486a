import { randomBytes, randomUUID } from 'node:crypto';
import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import type { Backend } from './backend/backend.ts';
import { contentOfText } from './backend/content.ts';
import { readText } from './read-text.ts';

/** Names the database whose files a store has, and the store. */
export const MARKER = 'sae-lab-store.json';

/** Stores of earlier versions have no id. */
const markerSchema = z.looseObject({ cluster: z.string(), id: z.string().optional() });
type Marker = z.infer<typeof markerSchema>;

/** What a database remembers of the stores that it has used, so that an empty folder is not taken for a new store. */
export interface StoreMemory {
  /** The id of the store that was at this location; undefined if there was none. */
  recall(location: string): Promise<string | undefined>;
  remember(location: string, id: string): Promise<void>;
}

/**
 * Checks that the prefix belongs to this database, and takes it if it belongs to none. Attempts are numbered by the
 * database, so the files of two of them would get the same names.
 *
 * @throws {SaeLabError} `store.other-cluster`, `store.not-mounted`; `store.unused` for a reader
 */
export async function requireOwnPrefix(
  backend: Backend,
  { cluster, memory, readOnly = false }: Ownership,
): Promise<void> {
  const known = await memory?.recall(backend.location);
  const there = (await readText(backend, MARKER)) ?? (await make(backend, cluster, known, readOnly));
  const marker = markerIn(there);
  if (marker?.cluster !== cluster) throw otherCluster(backend, cluster, marker);
  // Every machine computes the same for a store of an earlier version.
  const id = marker.id ?? cluster;
  if (known !== undefined && known !== id)
    throw notMounted(backend, textOf(cluster, known), `the store ${id}`);
  if (known === undefined && !readOnly) await memory?.remember(backend.location, id);
}

interface Ownership {
  readonly cluster: string;
  readonly memory?: StoreMemory;
  /** Does not make a store where there is none. */
  readonly readOnly?: boolean;
}

/** Marks a new store. Returns the text that is there then: another machine may be faster. */
async function make(
  backend: Backend,
  cluster: string,
  known: string | undefined,
  readOnly: boolean,
): Promise<string> {
  if (known !== undefined) throw notMounted(backend, textOf(cluster, known), 'no such file');
  if (readOnly) throw noStore(backend);
  const text = textOf(cluster, randomUUID());
  if ((await backend.put(MARKER, contentOfText(text))) === 'written') return text;
  return (await readText(backend, MARKER)) ?? '';
}

/**
 * Checks that objects can be written and removed: a store that only reads would fail in the middle of a run.
 *
 * @throws {SaeLabError} `store.no-permission`
 */
export async function requireWritable(backend: Backend): Promise<void> {
  const name = `.access-${randomBytes(6).toString('hex')}`;
  await backend.put(name, contentOfText(''));
  await backend.remove(name);
}

function textOf(cluster: string, id: string): string {
  return `${JSON.stringify({ format: 1, cluster, id }, null, 2)}\n`;
}

function otherCluster({ location }: Backend, cluster: string, owner: Marker | undefined): SaeLabError {
  return new SaeLabError('store.other-cluster', {
    problem: 'another database uses this prefix',
    field: `${location}/${MARKER}`,
    expected: `cluster ${cluster}`,
    received: owner === undefined ? 'an unreadable file' : `cluster ${owner.cluster}`,
    fix: 'Set SAE_LAB_STORE to another prefix. If that database is gone, or was restored as this one, delete this file.',
  });
}

function notMounted({ location }: Backend, text: string, received: string): SaeLabError {
  const content = JSON.stringify(JSON.parse(text));
  return new SaeLabError('store.not-mounted', {
    problem: 'this database has used a store here, and it is not there now',
    field: `${location}/${MARKER}`,
    expected: content,
    received,
    fix: 'Mount the folder. If its files are gone for good, write this file with the expected content.',
  });
}

function noStore({ location }: Backend): SaeLabError {
  return new SaeLabError('store.unused', {
    problem: 'no sweep of this database has stored files here',
    field: `${location}/${MARKER}`,
    expected: 'the store that the sweeps use',
    fix: 'Set SAE_LAB_STORE to the value that the workers have.',
  });
}

function markerIn(text: string): Marker | undefined {
  try {
    return markerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
