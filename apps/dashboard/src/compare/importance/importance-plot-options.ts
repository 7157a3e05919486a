import * as Plot from '@observablehq/plot';
import { percent } from '@sae-lab/measures';
import type { KeyImportance } from './importance.ts';

const ROW = 34;
const MARGIN = { right: 64, top: 8, bottom: 44 };
const whole = percent(0);
/** Without a minus before 0. */
const SHARE = (share: number) => whole(Math.round(share * 100) / 100 || 0);
const MOST_TICKS = 8;
/** Room for the names of settings. */
const NAMES = { share: 0.34, least: 110, most: 240 };

/** Pixels of the chart, for a number of settings. */
export function importanceHeight(count: number): number {
  return MARGIN.top + MARGIN.bottom + count * ROW;
}

/** A bar for each setting with its interval, the most important first. */
export function importanceOptions(keys: readonly KeyImportance[]): (width: number) => Plot.PlotOptions {
  const ends = keys.flatMap(({ share: { mean, low, high } }) => [mean, low ?? mean, high ?? mean]);
  const domain = [Math.min(0, ...ends), Math.max(0.1, ...ends)];
  const isNoise = ({ key }: KeyImportance) => key === 'seed';
  return (width) => {
    const marginLeft = Math.min(NAMES.most, Math.max(NAMES.least, width * NAMES.share));
    const ticks = Math.max(3, Math.min(MOST_TICKS, Math.floor((width - marginLeft) / 90)));
    return {
      marginLeft,
      marginRight: MARGIN.right,
      marginTop: MARGIN.top,
      marginBottom: MARGIN.bottom,
      x: { domain },
      y: { domain: keys.map(({ key }) => key), padding: 0.45 },
      marks: [
        Plot.gridX({ stroke: 'var(--grid)', strokeOpacity: 1, ticks }),
        Plot.axisX({
          tickFormat: SHARE,
          ticks,
          label: 'Share of the variance between runs',
          labelAnchor: 'center',
          labelArrow: 'none',
          labelOffset: 38,
        }),
        Plot.axisY({
          tickSize: 0,
          tickFormat: (key: string) => keys.find((one) => one.key === key)!.label,
          fill: 'var(--text)',
          lineWidth: marginLeft / 11 - 1,
          textOverflow: 'ellipsis',
          label: null,
        }),
        Plot.barX(keys, {
          x: ({ share }: KeyImportance) => share.mean,
          y: 'key',
          fill: (key: KeyImportance) => (isNoise(key) ? 'var(--line-strong)' : 'var(--accent)'),
        }),
        Plot.ruleY(keys, {
          x1: ({ share }: KeyImportance) => share.low ?? share.mean,
          x2: ({ share }: KeyImportance) => share.high ?? share.mean,
          y: 'key',
          stroke: 'var(--text)',
          strokeWidth: 1.5,
        }),
        Plot.ruleX([0], { stroke: 'var(--line-strong)' }),
        Plot.text(keys, {
          x: ({ share }: KeyImportance) => Math.max(0, share.mean, share.high ?? share.mean),
          y: 'key',
          text: ({ share }: KeyImportance) => SHARE(share.mean),
          textAnchor: 'start',
          dx: 6,
          fill: 'var(--text)',
        }),
      ],
      color: { type: 'identity' },
    };
  };
}
