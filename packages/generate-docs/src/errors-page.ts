import { ERROR_CODES } from '@sae-lab/errors';
import { code, section, table } from './markdown.ts';

const AREAS: Readonly<Record<string, string>> = {
  cli: 'Commands',
  experiment: 'Experiment files',
  sweep: 'Sweep definitions',
  model: 'Models',
  hook: 'Hooks',
  dataset: 'Datasets',
  hub: 'The hub',
  extraction: 'Extraction',
  synthesis: 'Synthetic activations',
  import: 'Your own activations',
  activations: 'Activations',
  run: 'Runs',
  evaluation: 'Evaluations',
  explain: 'Explanations of latents',
  queue: 'The queue and workers',
  checkpoint: 'Checkpoints',
  files: 'Files',
  store: 'Stores for several machines',
  spool: 'Spools',
  launch: 'Workers on clusters',
  safetensors: 'Safetensors files',
  sae: 'Saved SAEs',
  share: 'Sharing SAEs',
  variant: 'Variants',
  kernels: 'Devices and kernels',
  db: 'Database',
  dashboard: 'Dashboard',
  'new-variant': 'New variants',
  filter: 'Filters over runs and latents',
  view: 'Saved views and tags',
  bench: 'Benchmarks',
};

/** docs/errors.md */
export function errorsPage(): string {
  const byArea = Map.groupBy(Object.entries(ERROR_CODES), ([name]) => name.split('.')[0]!);
  const unnamed = [...byArea.keys()].filter((area) => !Object.hasOwn(AREAS, area));
  if (unnamed.length > 0) throw new Error(`errors-page.ts has no heading for: ${unnamed.join(', ')}`);
  return section(
    1,
    'Errors',
    'A command prints an error as its code, then the message: the field, the problem, what was expected, what was ' +
      'received and what to do. `SAE_LAB_DEBUG=1` adds the stack. Errors of runs are stored in the database under ' +
      'the same codes. `error unexpected` is a bug.',
    ...Object.entries(AREAS).map(([area, head]) =>
      section(
        2,
        head,
        table(
          ['code', 'meaning', 'what to do'],
          (byArea.get(area) ?? []).map(([name, { meaning, fix }]) => [code(name), meaning, fix]),
        ),
      ),
    ),
  );
}
