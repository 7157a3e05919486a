import 'server-only';
import { listVariants, runById, saeById, sweepsOfRun, type Db, type SaeRow } from '@sae-lab/db/reading';
import { runLabel } from '@sae-lab/measures';
import { idOf } from '../database/id-of.ts';
import { shellWord } from '../format/shell-word.ts';
import { captionedRun } from '../runs/charted-run.ts';
import { findRun, type Found } from '../runs/find-run.ts';
import { runConfigurations } from '../sweeps/configurations.ts';
import { sweepTrail } from '../sweeps/sweep-trail.ts';
import { captionedSae } from './captioned-sae.ts';
import type { NamedSae, SaeHeading } from './sae-heading.ts';
import { subjectKey } from './subject.ts';

/** Several runs whose hashes start with the given digits. */
type Ambiguous = Extract<Found, { candidates: unknown }>;
export type FoundHeading = SaeHeading | Ambiguous | undefined;

/** The SAE of a run, by its id or the start of its hash; undefined if there is none. */
export async function loadRunHeading(db: Db, segment: string): Promise<FoundHeading> {
  const found = await findRun(db, segment);
  if (found === undefined || 'candidates' in found) return found;
  const [run, variants, sweeps] = await Promise.all([
    runById(db, found.id),
    listVariants(db),
    sweepsOfRun(db, found.id),
  ]);
  if (run === undefined) return undefined;
  const { hook, width, seed, status } = run;
  const { coefficient } = runConfigurations([run], variants, { exact: true })[0]!;
  const label = runLabel({ variant: run.variant, coefficient });
  return {
    subject: { runId: run.id },
    label,
    hook,
    width,
    seed,
    captioned: captionedRun(run, label),
    status,
    trail: sweepTrail(sweeps),
    target: sweeps[0] === undefined ? '<sweep>' : shellWord(sweeps[0].name),
    source: null,
  };
}

/** An SAE that no run trained, by its id; undefined if there is none. */
export async function loadSaeHeading(db: Db, segment: string): Promise<FoundHeading> {
  const id = idOf(segment);
  const row = id === undefined ? undefined : await saeById(db, id);
  if (row === undefined) return undefined;
  const named = namedSae(row);
  return {
    ...named,
    status: 'finished',
    trail: SAES_TRAIL,
    target: subjectKey(named.subject),
    source: row.kind === 'foreign' ? row.source : null,
  };
}

const SAES_TRAIL = [{ name: 'SAEs', href: '/saes' }];

export function namedSae(row: SaeRow): NamedSae {
  const { id, name, hook, width } = row;
  return { subject: { saeId: id }, label: name, hook, width, seed: null, captioned: captionedSae(row) };
}
