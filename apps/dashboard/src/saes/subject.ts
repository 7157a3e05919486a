import type { SaeSubject } from '@sae-lab/db/reading';
import { idOf } from '../database/id-of.ts';

/** Names an SAE in file names, keys and, if no run trained it, in addresses and commands: `run-3`, `sae-3`. */
export function subjectKey({ runId, saeId }: SaeSubject): string {
  return runId === undefined ? `sae-${saeId}` : `run-${runId}`;
}

/** What sentences call it. */
export function subjectName({ runId, saeId }: SaeSubject): string {
  return runId === undefined ? `SAE ${saeId}` : `run ${runId}`;
}

/** The address of its page. The pages about it are below. */
export function subjectPath({ runId, saeId }: SaeSubject): string {
  return runId === undefined ? `/saes/${saeId}` : `/runs/${runId}`;
}

/** How an address names it where it names runs by their ids: `3`, `sae-3`. */
export function subjectSegment({ runId, saeId }: SaeSubject): string {
  return runId === undefined ? `sae-${saeId}` : String(runId);
}

/** The inverse of {@link subjectSegment}; undefined for anything else. */
export function subjectOf(segment: string): SaeSubject | undefined {
  const runId = idOf(segment);
  if (runId !== undefined) return { runId };
  const saeId = segment.startsWith('sae-') ? idOf(segment.slice('sae-'.length)) : undefined;
  return saeId === undefined ? undefined : { saeId };
}
