import type { ComparedRun } from '@sae-lab/db/reading';
import { partReader, settingLabel } from '@sae-lab/measures';
import { hyperLabel } from '../format/hyper-label.ts';

/** A setting in which the compared runs differ. */
export interface ConfigKey {
  readonly key: string;
  readonly label: string;
}

export interface ConfigFields {
  /** Settings in which the runs differ, without the seed. */
  readonly keys: readonly ConfigKey[];
  /** For each run, the text of each of these settings; absent where the run does not have it. */
  readonly values: readonly Readonly<Record<string, string>>[];
  /** The number of settings that are equal. */
  readonly same: number;
}

/** Settings that have their own column, under their names in `config`. */
const OWN = new Set(['variant', 'hyper', 'hook', 'dSae', 'seed', 'activationsId']);

const LABELS: Readonly<Record<string, string>> = {
  variant: 'Variant',
  mathVersion: 'Version of the variant',
  hook: 'Hook',
  width: 'Width',
  activations: 'Activations',
  'provenance.device': 'Device',
};

/** The settings in which runs differ. Variant and hook come first, then hyperparameters, then the rest. */
export function configFields(runs: readonly ComparedRun[]): ConfigFields {
  const partOf = partReader();
  const all = runs.map((run) => {
    const rest = Object.entries(run.config).filter(([name]) => !OWN.has(name));
    const fields = [['hyper', run.hyper] as const, ...rest].flatMap(
      ([name, value]) => partOf(name, value).fields,
    );
    return new Map<string, string>([
      ['variant', run.variant],
      ['hook', run.hook],
      ['width', String(run.width)],
      ['mathVersion', String(run.mathVersion)],
      ...fields.map(({ path, value, text }) => [path, typeof value === 'string' ? value : text] as const),
      ['activations', run.activationsId.slice(0, 12)],
      ...deviceOf(run),
    ]);
  });
  const names = new Set(all.flatMap((fields) => [...fields.keys()]));
  const differing = [...names].filter((name) => {
    const texts = new Set(all.map((fields) => fields.get(name)));
    // Runs that have not started have no device yet.
    if (name === 'provenance.device') texts.delete(undefined);
    return texts.size > 1;
  });
  return {
    keys: differing.map((key) => ({ key, label: labelOf(key) })),
    values: all.map((fields) =>
      Object.fromEntries(
        differing.flatMap((key) => {
          const text = fields.get(key);
          return text === undefined ? [] : [[key, text]];
        }),
      ),
    ),
    same: names.size - differing.length,
  };
}

/** The words of the page of a run: `k`, `AuxK weight`, `Learning rate`. */
function labelOf(path: string): string {
  if (path.startsWith('hyper.')) return hyperLabel(path.slice('hyper.'.length));
  return LABELS[path] ?? settingLabel(path.replace(/^training\./, ''));
}

function deviceOf({ provenance }: ComparedRun): [string, string][] {
  const device = provenance?.['device'];
  return typeof device === 'string' ? [['provenance.device', device]] : [];
}
