import {
  comparedHistograms,
  comparedRuns,
  curveNames,
  histogramNames,
  listVariants,
  sweepById,
  sweepVersion,
  type Db,
} from '@sae-lab/db/reading';
import { curvesIn, histogramsIn, type Measure } from '@sae-lab/measures';
import { idOf } from '../database/id-of.ts';
import { pack, type Packed } from '../sweeps/pack.ts';
import { compareRows } from './compare-row.ts';
import { configFields, type ConfigKey } from './config-fields.ts';
import { MOST_RUNS, parseSelection, selectionText } from './selection.ts';
import type { View } from './views.ts';

/** What the address asks for. */
export interface CompareRequest {
  readonly runs: string | undefined;
  readonly sweep: string | undefined;
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
  readonly rows: Packed;
  readonly keys: readonly ConfigKey[];
  /** The number of settings that all runs share. */
  readonly same: number;
  /** Parts of the address that are neither an id nor a hash. */
  readonly unread: readonly string[];
  readonly curves?: readonly NamedCurve[];
  readonly histograms?: HistogramData;
}

export type Loaded =
  | { readonly kind: 'nothing-asked' }
  | { readonly kind: 'no-sweep' }
  | { readonly kind: 'too-many' }
  | { readonly kind: 'too-few'; readonly found: number; readonly unread: readonly string[] }
  | { readonly kind: 'data'; readonly data: CompareData };

/** Reads what the compare page shows: the runs, and for the view that is shown the names of its curves, or its histograms. */
export async function loadCompare(db: Db, request: CompareRequest): Promise<Loaded> {
  const sweepId = request.sweep === undefined ? undefined : idOf(request.sweep);
  if (request.sweep !== undefined && sweepId === undefined) return { kind: 'no-sweep' };
  const asked = parseSelection(request.runs ?? '');
  if (sweepId === undefined && asked.ids.length + asked.hashes.length + asked.unread.length === 0)
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
  return {
    kind: 'data',
    data: {
      selection: sweep === undefined ? `Runs ${selectionText(ids)}` : `Sweep “${sweep.name}”`,
      sweep: sweep && { id: sweep.id, name: sweep.name, version },
      running: runs.some(({ status }) => status === 'running'),
      rows: pack(compareRows(runs, await listVariants(db), fields)),
      keys: fields.keys,
      same: fields.same,
      unread: asked.unread,
      ...(request.view === 'curves' && { curves: curvesIn(await curveNames(db, ids)) }),
      ...(request.view === 'histograms' && { histograms: await loadHistograms(db, ids, request.histogram) }),
    },
  };
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
