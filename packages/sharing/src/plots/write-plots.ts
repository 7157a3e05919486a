import type { SharedRun } from '../shared-run.ts';
import { histogramPlot } from './histogram-plot.ts';
import { lossPlot } from './loss-plot.ts';
import { writePlot } from './render.ts';

/** The histograms of the introductory notebook. */
const HISTOGRAMS = ['code_activations', 'active_units'];

/**
 * Writes the notebook's three plots of a run: code activations, active latents per token, loss curves.
 *
 * @returns their names without extensions; plots without data are left out
 * @throws {SaeLabError} `files.*`
 */
export async function writePlots(
  folder: string,
  { histograms, curves }: Pick<SharedRun, 'histograms' | 'curves'>,
): Promise<string[]> {
  const plots = new Map<string, string>();
  for (const name of HISTOGRAMS) {
    const histogram = histograms.find((candidate) => candidate.name === name);
    if (histogram !== undefined) plots.set(name, histogramPlot(histogram));
  }
  if (curves.has('loss')) plots.set('loss', lossPlot(curves));
  for (const [name, svg] of plots) await writePlot(folder, name, svg);
  return [...plots.keys()];
}
