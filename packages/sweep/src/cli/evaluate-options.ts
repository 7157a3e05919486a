import {
  dataOption,
  defineCommand,
  flag,
  option,
  positiveInteger,
  seconds,
  text,
  type Arguments,
  type OptionValues,
} from '@sae-lab/command-line';
import { WORKING_COMMAND } from './working-command.ts';

const OPTIONS = {
  only: option({
    value: 'names',
    meaning: 'Evaluations to make, separated by commas',
    otherwise: 'every evaluation that these activations allow',
    parse: (given) => given.split(',').map((name) => name.trim()),
  }),
  tokens: option({
    value: 'n',
    meaning: 'Evaluate on at most n tokens',
    otherwise: 'the default of each evaluation',
    parse: positiveInteger,
  }),
  seeds: flag('Match the latents of runs of a sweep that differ only in their seed, instead of evaluating'),
  with: option({
    value: 'sae',
    meaning: 'Match the latents of the target with those of this SAE of the same hook, instead of evaluating',
    parse: text,
  }),
  force: flag('Evaluate again what has been evaluated; the new result replaces the old one'),
  like: option({
    value: 'target',
    meaning: 'Evaluate an SAE from files on the data of this sweep, run or stored SAE',
    parse: text,
  }),
  model: option({
    value: 'model',
    meaning: 'Model of an SAE from files: a name on the hub, or a path with . or /',
    parse: text,
  }),
  dataset: option({
    value: 'dataset',
    meaning: 'Documents for an SAE from files: a name on the hub, or a path with . or /',
    parse: text,
  }),
  hook: option({
    value: 'name',
    meaning: 'Hook of an SAE from files',
    otherwise: 'the one that its cfg.json names',
    parse: text,
  }),
  anyModel: flag('Evaluate an SAE from files although it names another model'),
  workers: option({
    value: 'n',
    meaning: 'Number of evaluations at once, each in its own process',
    otherwise: '2, but at most one per core',
    parse: positiveInteger,
  }),
  silenceSeconds: option({
    value: 's',
    meaning: 'Kill a worker process that shows no sign of life for this long',
    default: 600,
    parse: seconds,
  }),
  data: dataOption,
  all: flag('Show every figure and row'),
  json: flag('Print events as lines of JSON on standard output, and nothing else there'),
};

/** Describes `pnpm evaluate` to its parser, its help and docs/reference.md. */
export const evaluateCommandLine = defineCommand({
  name: 'pnpm evaluate',
  summary:
    'Evaluates the SAEs of a sweep, of a run or from files, and prints their figures with 95 % intervals over documents.',
  operands: [
    {
      name: 'target',
      meaning:
        "A sweep's name or id, the beginning of a run's hash, a stored SAE such as sae-3, or one from files: a folder with . or /, or hub:…",
    },
  ],
  options: OPTIONS,
  examples: [
    'pnpm evaluate quickstart',
    'pnpm evaluate quickstart --only reconstruction --tokens 10000',
    'pnpm evaluate 3f9c2a10 --force',
    'pnpm evaluate quickstart --seeds',
    'pnpm evaluate 3f9c2a10 --with 81d04e77',
    'pnpm evaluate 3f9c2a10 --with ./theirs',
    'pnpm evaluate ./theirs --like quickstart',
    'pnpm evaluate ./theirs --model EleutherAI/pythia-70m-deduped --dataset NeelNanda/pile-10k',
  ],
  notes: [
    'Evaluations are stored. One that has been made on the same data with the same settings is not made again.',
    'Ctrl-C stops within a batch. What has finished stays, and the same command continues with the rest.',
  ],
  ...WORKING_COMMAND,
});

/** The parsed arguments of the command. */
export interface EvaluateOptions extends Omit<OptionValues<typeof OPTIONS>, 'data'> {
  readonly target: string;
  readonly dataDir: string;
}

export function evaluateOptions({ options, operands }: Arguments<typeof OPTIONS>): EvaluateOptions {
  const { data, ...rest } = options;
  return { ...rest, target: operands[0]!, dataDir: data };
}
