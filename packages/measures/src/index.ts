export { configurationsOf, type ConfiguredRun, type RunConfiguration } from './configurations.ts';
export { CURVES, isFreeCurve, isShownCurve, isTrainerCurve, LOSS_TERM, type CurveKey } from './curves.ts';
export { partReader, type Field, type Part } from './fields.ts';
export { FIGURES, TRAINING_TIME, type Figure, type FigureKey, type Figures } from './figures.ts';
export { HISTOGRAMS, type HistogramMeasure } from './histograms.ts';
export { LATENT_MEASURES } from './latents.ts';
export {
  ALL_FIGURES,
  curveOf,
  curvesIn,
  figureOf,
  figuresIn,
  figuresShown,
  histogramOf,
  histogramsIn,
} from './lookup.ts';
export {
  axisFormatOf,
  capitalised,
  figureText,
  formatOf,
  headingOf,
  inSentence,
  labelOfKey,
  type Keyed,
  type Measure,
} from './measure.ts';
export { bytes, integer, NOTHING, percent, short, type Format } from './number.ts';
export { leastSpanOf, resolutionOf, roundingOf, tickFormatOf } from './resolution.ts';
export { pythonText, saelensProgram, type SaelensProgram } from './saelens-program.ts';
export { runLabel, type RunName } from './run-label.ts';
export { settingLabel } from './setting-label.ts';
export { spreadOf, spreadParts, type Spread } from './spread.ts';
