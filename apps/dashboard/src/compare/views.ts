/** The views of the compare page, in the order of their tabs. */
export const VIEWS = [
  'matched',
  'scatter',
  'parallel',
  'importance',
  'curves',
  'histograms',
  'configuration',
] as const;
export type View = (typeof VIEWS)[number];

export const VIEW_LABELS: Readonly<Record<View, string>> = {
  matched: 'At matched L0',
  scatter: 'Scatter',
  parallel: 'Parallel coordinates',
  importance: 'Importance',
  curves: 'Curves',
  histograms: 'Histograms',
  configuration: 'Configuration',
};
