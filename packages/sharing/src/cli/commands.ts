import { dataOption, defineCommand, flag, option, positiveInteger, text } from '@sae-lab/command-line';

const HUB = ['HF_TOKEN', 'HF_ENDPOINT', 'HF_HOME', 'HF_HUB_CACHE', 'HF_HUB_OFFLINE'] as const;
const DATABASE = ['SAE_LAB_DATA', 'DATABASE_URL', 'SAE_LAB_DIRECT_URL', 'SAE_LAB_DEBUG'] as const;
const RUN = "The first digits of a run's hash, or the name of a sweep";
const force = flag('Write into a folder that has files, and replace those of the same name');
const to = (otherwise: string) =>
  option({ value: 'folder', meaning: 'Folder to write to', otherwise, parse: text });

export const exportCommand = defineCommand({
  name: 'pnpm sae export',
  summary:
    'Writes finished runs as folders that SAELens loads, each with a model card, plots, its provenance and a Python ' +
    'program that reproduces three rows.',
  operands: [{ name: 'run', meaning: RUN }],
  options: { to: to('the name in the current folder'), force, data: dataOption },
  examples: ['pnpm sae export 3fa9c1d2 --to ./my-sae', 'pnpm sae export quickstart --to ./quickstart-saes'],
  environment: DATABASE,
});

export const pushCommand = defineCommand({
  name: 'pnpm sae push',
  summary:
    'Uploads a run, the runs of a sweep or a folder to a model repository on the hub. The repository is created if it ' +
    'does not exist.',
  operands: [
    { name: 'run', meaning: `${RUN}; or a folder, which starts with . or /` },
    { name: 'repository', meaning: 'OWNER/NAME on the hub' },
  ],
  options: {
    private: flag('Make a new repository private'),
    force: flag('Add the files to a repository that has others, and replace those of the same name'),
    data: dataOption,
  },
  examples: ['pnpm sae push 3fa9c1d2 my-name/my-sae', 'pnpm sae push ./my-sae my-name/my-sae --private'],
  environment: [...HUB, ...DATABASE],
});

export const pullCommand = defineCommand({
  name: 'pnpm sae pull',
  summary: 'Downloads an SAE from the hub to a folder, and checks that it can be loaded.',
  operands: [{ name: 'sae', meaning: 'hub:OWNER/NAME[@REVISION][/PATH]' }],
  options: { to: to('the name in the current folder'), force },
  examples: [
    'pnpm sae pull hub:my-name/my-sae --to ./my-sae',
    'pnpm sae pull hub:google/gemma-scope-2b-pt-res/layer_20/width_16k/average_l0_71 --to ./gemma',
  ],
  environment: [...HUB, 'SAE_LAB_DEBUG'],
});

export const plotCommand = defineCommand({
  name: 'pnpm sae plot',
  summary:
    "Writes a run's histogram of code activations, its active latents per token and its loss curves as SVG and PNG.",
  operands: [{ name: 'run', meaning: "The first digits of a run's hash" }],
  options: { to: to('plots-<run> in the current folder'), data: dataOption },
  examples: ['pnpm sae plot 3fa9c1d2 --to ./plots'],
  environment: DATABASE,
});

export const exportFeaturesCommand = defineCommand({
  name: 'pnpm export-features',
  summary:
    'Writes what the evaluation `features` says of each latent of a run: batches that Neuronpedia imports, in the format ' +
    'of SAEDashboard, and lines of JSON.',
  operands: [{ name: 'sweep', meaning: "The name of a sweep, or the first digits of a run's hash" }],
  options: {
    run: option({
      value: 'run',
      meaning: 'The run of the sweep: its number, or the first digits of its hash',
      otherwise: 'the only finished run',
      parse: text,
    }),
    out: option({
      value: 'folder',
      meaning: 'Folder to write; it appears when it is complete',
      otherwise: 'features-<run> in the current folder',
      parse: text,
    }),
    set: option({
      value: 'name',
      meaning: 'The set of SAEs on Neuronpedia',
      otherwise: 'the name of the sweep',
      parse: text,
    }),
    model: option({
      value: 'id',
      meaning: 'The model by the name that Neuronpedia has for it',
      otherwise: 'the name that the sweep has for it',
      parse: text,
    }),
    batch: option({ value: 'n', meaning: 'Latents of a file', default: 128, parse: positiveInteger }),
    force: flag('Replace an earlier export'),
    data: dataOption,
  },
  examples: [
    'pnpm export-features quickstart --run 3fa9c1d2 --out ./features',
    'pnpm export-features 3fa9c1d2 --model gpt2-small --set my-saes',
  ],
  environment: DATABASE,
});

/** By the word after `pnpm sae`. */
export const SAE_COMMANDS = {
  export: exportCommand,
  push: pushCommand,
  pull: pullCommand,
  plot: plotCommand,
} as const;

/** `pnpm sae` alone: lists the others. */
export const saeCommand = defineCommand({
  name: 'pnpm sae',
  summary: 'Exports, publishes, fetches and plots SAEs.',
  operands: [{ name: 'action', meaning: `${Object.keys(SAE_COMMANDS).join(', ')}; each has its own --help` }],
  options: {},
  examples: Object.values(SAE_COMMANDS).flatMap(({ examples }) => examples.slice(0, 1)),
  notes: Object.values(SAE_COMMANDS).map(({ name, summary }) => `${name}: ${summary}`),
});
