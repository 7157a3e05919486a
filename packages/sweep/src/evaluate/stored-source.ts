import { loadForeignSae, pinnedSource, type InferenceSae, type SubjectSource } from '@sae-lab/core';
import type { SaeRow } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { foreignHash } from '../plan/plan-saes.ts';

/** Where a stored SAE that no run trained is. */
export function storedSource({ kind, source, config }: SaeRow): SubjectSource {
  if (kind === 'baseline') return { kind, name: source, settings: config };
  const { commit } = config;
  return { kind, source: typeof commit === 'string' ? pinnedSource(source, commit) : source };
}

/**
 * Loads a stored SAE from its files.
 *
 * @throws {SaeLabError} `sae.changed` if the files have other weights than the SAE that was stored; `sae.*`, `hub.*`
 */
export async function loadStoredSae(row: SaeRow): Promise<InferenceSae> {
  const from = storedSource(row);
  if (from.kind !== 'foreign') throw new TypeError(`${row.name} has no files`);
  const { sae } = await loadForeignSae(from.source);
  if (foreignHash(sae, row.hook) === row.saeHash) return sae;
  throw new SaeLabError('sae.changed', {
    problem: `the files of SAE ${row.id} changed after it was stored`,
    field: row.source,
    expected: `weights with the hash ${row.saeHash.slice(0, 8)}`,
    received: foreignHash(sae, row.hook).slice(0, 8),
    fix: `Restore the files, or run \`pnpm evaluate ${row.source}\` with --like or --model again: the new weights are another SAE.`,
  });
}
