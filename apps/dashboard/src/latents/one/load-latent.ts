import 'server-only';
import {
  explanationsOfLatent,
  labelsOfLatents,
  latentNeighbours,
  latentOf,
  latentSummaries,
  notesOfLatent,
  probesOfLatent,
  type Db,
  type LatentExplanation,
  type LatentNote,
  type ProbeOfLatent,
  type SaeSubject,
} from '@sae-lab/db/reading';
import { instant } from '../../format/time.ts';
import type { Described } from '../described-sae.ts';
import { filtersOf } from '../list/filters-of.ts';
import type { ListState } from '../list/list-state.ts';
import { featuresOf, type Features } from '../text/features.ts';

/** A similar latent, with what tells it apart. */
interface SimilarLatent {
  readonly latent: number;
  readonly cosine: number;
  readonly label: string | null;
  readonly topToken: string | null;
  readonly raisedToken: string | null;
}

/** The best match in another SAE. */
interface MatchedLatent {
  readonly sae: string;
  /** Null if its name is not one that evaluations give. */
  readonly subject: SaeSubject | null;
  readonly latent: number;
  readonly cosine: number;
}

/** Times are written by the server: the browser's time zone may differ. */
type Dated<T> = Omit<T, 'writtenAt'> & { readonly when: string };

export interface LatentDetails {
  readonly latent: number;
  readonly density: number;
  readonly maxActivation: number;
  /** Tokens on which the density was measured. */
  readonly tokens: number;
  readonly features: Omit<Features, 'nearest' | 'matches'>;
  readonly nearest: readonly SimilarLatent[];
  readonly matches: readonly MatchedLatent[];
  readonly notes: readonly Dated<LatentNote>[];
  readonly explanations: readonly Dated<LatentExplanation>[];
  /** How well it tells a class apart, by evaluation; empty without a score. */
  readonly probes: readonly ProbeOfLatent[];
  /** Whether an evaluation scored latents of the run. */
  readonly isProbed: boolean;
  readonly previous: number | null;
  readonly next: number | null;
}

/** Everything that the page of a latent shows; undefined if the evaluation does not describe it. */
export async function loadLatent(
  db: Db,
  { subject, shown, sae }: Described,
  latent: number,
  state: ListState,
): Promise<LatentDetails | undefined> {
  const row = await latentOf(db, shown.id, latent);
  if (row === undefined) return undefined;
  const { nearest, matches, ...features } = featuresOf(row.features);
  const { filters } = filtersOf(state);
  const order = { key: state.sort, direction: state.dir };
  const query = { sae, filters, order };
  const close = nearest.map((similar) => similar.latent);
  const [notes, explanations, probes, neighbours, summaries, labels] = await Promise.all([
    notesOfLatent(db, subject, latent),
    explanationsOfLatent(db, shown.id, latent),
    probesOfLatent(db, subject, latent),
    latentNeighbours(db, query, latent),
    latentSummaries(db, shown.id, close),
    labelsOfLatents(db, subject, close),
  ]);
  const { density, maxActivation } = row;
  return {
    latent,
    density,
    maxActivation,
    tokens: shown.tokens,
    features,
    nearest: nearest.map((similar) => ({
      ...similar,
      label: labels.get(similar.latent) ?? null,
      topToken: summaries.get(similar.latent)?.topToken ?? null,
      raisedToken: summaries.get(similar.latent)?.raisedToken ?? null,
    })),
    matches: matches.map((match) => ({ ...match, subject: matchedSubject(match.sae) })),
    notes: notes.map(dated),
    explanations: explanations.map(dated),
    probes,
    isProbed: sae.probingId !== null,
    ...neighbours,
  };
}

function dated<T extends { readonly writtenAt: Date }>({ writtenAt, ...row }: T): Dated<T> {
  return { ...row, when: instant(writtenAt) };
}

/** Evaluations name the SAE of a run `run 12`, and another one `sae 12`. */
function matchedSubject(sae: string): SaeSubject | null {
  const [, kind, id] = /^(run|sae) (\d+)$/.exec(sae) ?? [];
  if (id === undefined) return null;
  return kind === 'run' ? { runId: Number(id) } : { saeId: Number(id) };
}
