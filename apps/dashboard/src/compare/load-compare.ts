import {
  attemptClocks,
  comparedHistograms,
  comparedRuns,
  curveNames,
  histogramNames,
  listVariants,
  runTableIds,
  runTableKeys,
  sweepById,
  sweepVersion,
  type Db,
} from '@sae-lab/db/reading';
import { asValue, parseFilter } from '@sae-lab/db/filter';
import { SaeLabError } from '@sae-lab/errors';
import { curvesIn, histogramsIn, type Measure } from '@sae-lab/measures';
import { clockOf, type RunClock } from '../curves/run-clock.ts';
import { idOf } from '../database/id-of.ts';
import { pack, type Packed } from '../sweeps/pack.ts';
import type { VariantVersion } from '../variants/version-styles.ts';
import { compareRows } from './compare-row.ts';
import { configFields, type ConfigKey } from './config-fields.ts';
import type { CompareReference } from './references/compare-reference.ts';
import { loadReferences } from './references/load-references.ts';
import { idFilter, MOST_RUNS, parseSelection, selectionText } from './selection.ts';
import type { View } from './views.ts';

/** What the address asks for. */
export interface CompareRequest {
  readonly runs: string | undefined;
  readonly sweep: string | undefined;
  /** As on the page of all runs. */
  readonly filter: string | undefined;
  readonly view: View;
  readonly histogram: string | undefined;
}

/** A curve that some of the runs have. The page reads its points itself. */
export type NamedCurve = Measure & { readonly key: string };

export interface HistogramData {
  readonly available: readonly { readonly key: string; readonly label: string }[];
  readonly shown: string | undefined;
  readonly runs: readonly {
    readonly id: number;
    readonly edges: readonly number[];
    readonly counts: readonly number[];
  }[];
}

export interface CompareData {
  /** The name of the selection for titles and captions. */
  readonly selection: string;
  readonly sweep: { readonly id: number; readonly name: string; readonly version: string } | undefined;
  readonly running: boolean;
  /** The same runs as a filter of the table of all runs. */
  readonly filter: string;
  readonly rows: Packed;
  /** What the runs are compared with. */
  readonly references: readonly CompareReference[];
  /** Every version of every variant in the database, from which styles are chosen. */
  readonly variants: readonly VariantVersion[];
  readonly keys: readonly ConfigKey[];
  /** The number of settings that all runs share. */
  readonly same: number;
  /** Parts of the address that are neither an id nor a hash. */
  readonly unread: readonly string[];
  readonly curves?: readonly NamedCurve[];
  /** When runs completed their steps, by id; those of older versions are missing. */
  readonly clocks?: Readonly<Record<number, RunClock>>;
  readonly histograms?: HistogramData;
}

export type Loaded =
  | { readonly kind: 'nothing-asked' }
  | { readonly kind: 'no-sweep' }
  | { readonly kind: 'bad-filter'; readonly message: string }
  | { readonly kind: 'too-many' }
  | { readonly kind: 'too-few'; readonly found: number; readonly unread: readonly string[] }
  | { readonly kind: 'data'; readonly data: CompareData };

/** Reads what the compare page shows: the runs, and for the view that is shown the names of its curves, or its histograms. */
export async function loadCompare(db: Db, request: CompareRequest): Promise<Loaded> {
  const sweepId = request.sweep === undefined ? undefined : idOf(request.sweep);
  if (request.sweep !== undefined && sweepId === undefined) return { kind: 'no-sweep' };
  const matching = await runsOfFilter(db, request.filter);
  if (matching !== undefined && 'kind' in matching) return matching;
  const asked = matching ? { ids: matching.ids, hashes: [], unread: [] } : parseSelection(request.runs ?? '');
  if (
    sweepId === undefined &&
    request.filter === undefined &&
    asked.ids.length + asked.hashes.length + asked.unread.length === 0
  )
    return { kind: 'nothing-asked' };
  if (asked.ids.length + asked.hashes.length > MOST_RUNS) return { kind: 'too-many' };
  const sweep = sweepId === undefined ? undefined : await sweepById(db, sweepId);
  if (sweepId !== undefined && sweep === undefined) return { kind: 'no-sweep' };
  // The version comes first: a change during the other queries then triggers a refresh.
  const version = sweepId === undefined ? '' : await sweepVersion(db, sweepId);
  const runs = await comparedRuns(db, sweepId === undefined ? asked : { sweepId }, MOST_RUNS + 1);
  if (runs.length > MOST_RUNS) return { kind: 'too-many' };
  if (runs.length < 2) return { kind: 'too-few', found: runs.length, unread: asked.unread };
  const fields = configFields(runs);
  const ids = runs.map(({ id }) => id);
  const variants = await listVariants(db);
  return {
    kind: 'data',
    data: {
      selection: sweep
        ? `Sweep “${sweep.name}”`
        : `Runs ${request.filter ? `with ${request.filter}` : selectionText(ids)}`,
      filter: sweep ? `sweep = ${asValue(sweep.name)}` : (request.filter ?? idFilter(ids)),
      sweep: sweep && { id: sweep.id, name: sweep.name, version },
      running: runs.some(({ status }) => status === 'running'),
      rows: pack(compareRows(runs, variants, fields)),
      references: await loadReferences(db, runs, sweepId),
      variants: variants.map(({ name, mathVersion }) => ({ name, mathVersion })),
      keys: fields.keys,
      same: fields.same,
      unread: asked.unread,
      ...(request.view === 'curves' && {
        curves: curvesIn(await curveNames(db, ids)),
        clocks: await loadClocks(db, ids),
      }),
      ...(request.view === 'histograms' && { histograms: await loadHistograms(db, ids, request.histogram) }),
    },
  };
}

/** The runs that pass a filter, or what is wrong with it; undefined without a filter. */
async function runsOfFilter(
  db: Db,
  text: string | undefined,
): Promise<{ readonly ids: readonly number[] } | Extract<Loaded, { kind: 'bad-filter' }> | undefined> {
  if (text === undefined) return undefined;
  const filter = parseFilter(text);
  if (filter.problem) return { kind: 'bad-filter', message: filter.problem.error.message };
  try {
    const keys = await runTableKeys(db);
    return { ids: await runTableIds(db, { keys, filter: filter.value, offset: 0, limit: MOST_RUNS + 1 }) };
  } catch (error) {
    if (!(error instanceof SaeLabError && error.code.startsWith('filter.'))) throw error;
    return { kind: 'bad-filter', message: error.message };
  }
}

async function loadClocks(db: Db, runIds: readonly number[]): Promise<Record<number, RunClock>> {
  const attempts = Map.groupBy(await attemptClocks(db, runIds), ({ runId }) => runId);
  return Object.fromEntries(
    [...attempts].flatMap(([runId, ofRun]) => {
      const clock = clockOf(ofRun);
      return clock === undefined ? [] : [[runId, clock]];
    }),
  );
}

async function loadHistograms(
  db: Db,
  runIds: readonly number[],
  asked: string | undefined,
): Promise<HistogramData> {
  const available = histogramsIn(await histogramNames(db, runIds));
  const shown = (
    available.find(({ key }) => key === asked) ??
    available.find(({ key }) => key === 'log10_density') ??
    available[0]
  )?.key;
  const found = shown === undefined ? [] : await comparedHistograms(db, runIds, shown);
  return {
    available: available.map(({ key, label }) => ({ key, label })),
    shown,
    runs: found.map(({ runId, edges, counts }) => ({ id: runId, edges, counts })),
  };
}
