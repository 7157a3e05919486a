import type { Backend } from './backend/backend.ts';

/** A small object as text; undefined if there is no such object. */
export async function readText(backend: Backend, name: string): Promise<string | undefined> {
  const chunks = await backend.read(name, 0);
  if (chunks === undefined) return undefined;
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString('utf8');
}
