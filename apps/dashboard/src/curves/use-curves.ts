import { useEffect, useMemo, useState } from 'react';
import { CurveSource, type WantedCurves } from './curve-source.ts';
import type { CurveTable } from './curve-table.ts';

export interface CurvesOnPage {
  /** The curve in the finest buckets that were read for what is shown; undefined until it was read. */
  readonly shown: (curve: string) => CurveTable | undefined;
  /** The curve of the whole runs. */
  readonly whole: (curve: string) => CurveTable | undefined;
  /** Whether the dashboard did not answer. It is asked again. */
  readonly failed: boolean;
}

/** Curves of runs that are read once and grow while the page is open. */
export function useCurves(wanted: WantedCurves): CurvesOnPage {
  const [version, setVersion] = useState(0);
  const [source] = useState(() => new CurveSource(() => setVersion((before) => before + 1)));
  const key = JSON.stringify(wanted);
  useEffect(() => source.start(), [source]);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- equal requests have equal keys
  useEffect(() => source.want(wanted), [source, key]);
  return useMemo(() => {
    const { whole: window, zoom } = wanted;
    const whole = (curve: string) => source.tables(window).get(curve);
    const shown = (curve: string) => (zoom && source.tables(zoom).get(curve)) ?? whole(curve);
    return { shown, whole, failed: source.failed };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- a new version has other tables
  }, [source, key, version]);
}
