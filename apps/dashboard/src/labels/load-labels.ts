import 'server-only';
import {
  listVariants,
  writtenLabels,
  type Db,
  type LabelledRun,
  type SaeSubject,
  type WrittenLabel,
} from '@sae-lab/db/reading';
import { configurationsOf, runLabel } from '@sae-lab/measures';
import { z } from 'zod';
import { writeCursor, readCursor } from '../api-v1/server/cursor.ts';
import { instant } from '../format/time.ts';
import type { LabelsState } from './labels-state.ts';
import { wordsOf } from './words-of.ts';

/** Rows of a page. */
const ROWS = 50;
/** Letters of a search that count: it comes from an address. */
const LONGEST = 1000;

/** What was written about a latent, as the list shows it. */
export interface LabelItem extends Pick<
  WrittenLabel,
  'kind' | 'text' | 'author' | 'score' | 'latent' | 'sweeps'
> {
  readonly subject: SaeSubject;
  /** E.g. `topk k=32, blocks.3.hook_mlp_out, width 1024, seed 0`. */
  readonly saeLabel: string;
  readonly when: string;
}

export interface LabelsPage {
  readonly items: readonly LabelItem[];
  readonly words: readonly string[];
  /** The `cursor` of the page after this one. */
  readonly next: string | null;
}

/** Of one row: in a cursor. */
export const writtenPlace = z.strictObject({ at: z.number(), key: z.string().max(500) });

/** A page of what was written about latents of all SAEs. A cursor of another search counts as none. */
export async function loadLabels(db: Db, { q, kind, cursor }: LabelsState): Promise<LabelsPage> {
  const words = wordsOf(
    q
      .slice(0, LONGEST)
      .replaceAll(/\p{Cc}/gu, ' ')
      .toWellFormed(),
  );
  const request = [words, kind];
  const { rows, next } = await writtenLabels(db, {
    words,
    kinds: kind === null ? undefined : [kind],
    after: placeIn(cursor, request),
    limit: ROWS,
  });
  const names = await runNames(
    db,
    rows.flatMap(({ run }) => run ?? []),
  );
  return {
    items: rows.map(({ run, sae, writtenAt, ...row }) => ({
      ...row,
      saeLabel: run === null ? `${sae!.name}, ${sae!.hook}, width ${sae!.width}` : names.get(run.id)!,
      when: instant(writtenAt),
    })),
    words,
    next: next && writeCursor(next, request),
  };
}

/** Names that tell runs of several sweeps apart, by the ids of the runs. */
async function runNames(db: Db, runs: readonly LabelledRun[]): Promise<ReadonlyMap<number, string>> {
  const variants = await listVariants(db);
  const sparsity = new Map(variants.map((row) => [`${row.name} ${row.mathVersion}`, row.sparsity]));
  const configurations = configurationsOf(runs, (run) => sparsity.get(`${run.variant} ${run.mathVersion}`), {
    exact: true,
  });
  return new Map(
    runs.map(({ id, variant, hook, width, seed }, index) => [
      id,
      runLabel({ variant, coefficient: configurations[index]!.coefficient, hook, width, seed }),
    ]),
  );
}

function placeIn(cursor: string | null, request: readonly unknown[]) {
  try {
    return readCursor(cursor ?? undefined, writtenPlace, request);
  } catch {
    return undefined;
  }
}
