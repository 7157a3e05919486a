import { figuresIn, figureText, histogramOf } from '@sae-lab/measures';
import type { SharedRun } from '../shared-run.ts';
import { frontMatter, table, type CardHeader } from './markdown.ts';
import type { RunDetails } from './run-details.ts';
import { DETAILS_FILE, provenanceOf } from './sae-files.ts';

/** Settings of the run's length, of which the table has the result. */
const LENGTHS: readonly string[] = ['tokens', 'epochs', 'steps'];

/** The README.md of a published run. */
export function modelCard(shared: SharedRun, details: RunDetails, plots: readonly string[]): string {
  const { run } = shared;
  const parts = [
    frontMatter(cardHeader([details])),
    `# ${titleOf(shared, details)}`,
    `A sparse autoencoder with ${run.width} latents on \`${run.hook}\` of \`${details.model.name}\`, trained with ` +
      `sae-lab. It has the format of SAELens:`,
    `\`\`\`python\nfrom sae_lens import SAE\n\nsae = SAE.load_from_disk(".")\n\`\`\``,
    '`load_with_saelens.py` reproduces three rows. The SAE takes unscaled activations.',
    '## Figures',
    figuresTable(shared),
    ...plots.map((name) => `![${plotTitle(name)}](plots/${name}.svg)`),
    '## Training',
    table(['setting', 'value'], trainingRows(shared, details)),
    '## Provenance',
    table(['', 'value'], provenanceRows(shared)),
    `\`${DETAILS_FILE}\` has the whole specification and provenance.`,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The hub's header of a card for these runs. */
export function cardHeader(runs: readonly RunDetails[]): CardHeader {
  const distinct = (values: readonly (string | undefined)[]): string[] => [
    ...new Set(values.filter((value) => value !== undefined)),
  ];
  return {
    baseModels: distinct(runs.map(({ model }) => (model.isOnHub ? model.name : undefined))),
    datasets: distinct(runs.map(({ dataset }) => dataset)),
  };
}

function titleOf({ run }: SharedRun, { model }: RunDetails): string {
  return `${run.variant}, ${model.name}, ${run.hook}, width ${run.width}`;
}

/** Names of the plots are those of histograms, and `loss`. */
function plotTitle(name: string): string {
  return name === 'loss' ? 'Loss curves' : histogramOf(name).label;
}

function figuresTable({ figures }: SharedRun): string {
  const rows = figuresIn(Object.keys(figures)).map((figure) => [
    figure.label,
    figureText(figure, figures[figure.key]),
    figure.meaning,
  ]);
  return table(['figure', 'value', 'meaning'], rows);
}

function trainingRows({ run }: SharedRun, { trainedAs, trainingTokens, dataset }: RunDetails): string[][] {
  const { training = {} } = run.config as { training?: Record<string, unknown> };
  return [
    ['variant', `${run.variant} (math version ${run.mathVersion})`],
    ['architecture trained', trainedAs],
    ['loss', run.lossConvention],
    ...Object.entries(run.hyper).map(([name, value]) => [name, valueText(value)]),
    ['width', String(run.width)],
    ['seed', String(run.seed)],
    ['steps', String(run.step)],
    ...(trainingTokens === undefined ? [] : [['tokens', String(trainingTokens)]]),
    ...(dataset === undefined ? [] : [['dataset', dataset]]),
    ...Object.entries(training)
      .filter(([name]) => !LENGTHS.includes(name))
      .map(([name, value]) => [name, valueText(value)]),
  ];
}

function provenanceRows({ run, activations }: SharedRun): string[][] {
  const { versions, commits, ...rest } = provenanceOf(run.provenance ?? {});
  const flat = { ...rest, ...(versions as object), ...(commits as object) };
  return [
    ['run', run.runHash],
    ['activations', run.activationsId],
    ...(activations === undefined ? [] : [['rows of activations', String(activations.rows)]]),
    ...(run.finishedAt === null ? [] : [['finished', run.finishedAt.toISOString()]]),
    ...Object.entries(flat)
      .map(([name, value]) => [name, valueText(value)])
      .filter(([, value]) => value !== '[]' && value !== 'null'),
  ];
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
