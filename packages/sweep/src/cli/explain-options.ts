import {
  dataOption,
  defineCommand,
  option,
  positiveInteger,
  type Arguments,
  type OptionValues,
} from '@sae-lab/command-line';

const OPTIONS = {
  run: option({
    value: 'id',
    meaning: 'Explain the latents of this run of the sweep only',
    otherwise: 'all runs whose latents are described',
    parse: positiveInteger,
  }),
  limit: option({
    value: 'n',
    meaning: 'Explain at most n latents of a run, those with the largest activations',
    default: 100,
    parse: positiveInteger,
  }),
  atOnce: option({
    value: 'n',
    meaning: 'Latents that are explained at the same time',
    default: 4,
    parse: positiveInteger,
  }),
  data: dataOption,
};

/** Describes `pnpm explain` to its parser, its help and docs/reference.md. */
export const explainCommandLine = defineCommand({
  name: 'pnpm explain',
  summary:
    'Asks a language model of your choice for a label of each latent, and scores it by whether the model finds the texts on ' +
    'which the latent fires.',
  operands: [
    {
      name: 'target',
      meaning: "A sweep's name or id, the beginning of a run's hash, or a stored SAE such as sae-3",
    },
  ],
  options: OPTIONS,
  examples: ['pnpm explain quickstart --run 12 --limit 50', 'pnpm explain sae-3'],
  notes: [
    'Texts of the dataset are sent to the endpoint. Nothing is sent unless you call this command.',
    'Each label is stored as soon as it is there. The same command asks only for those that are missing.',
  ],
  environment: [
    'SAE_LAB_EXPLAIN_URL',
    'SAE_LAB_EXPLAIN_MODEL',
    'SAE_LAB_EXPLAIN_KEY',
    'SAE_LAB_DATA',
    'DATABASE_URL',
    'SAE_LAB_DIRECT_URL',
  ],
  exitCodes: [130, 143],
});

/** The parsed arguments of the command. */
export interface ExplainCommandOptions extends Omit<OptionValues<typeof OPTIONS>, 'data'> {
  readonly target: string;
  readonly dataDir: string;
}

export function explainOptions({ options, operands }: Arguments<typeof OPTIONS>): ExplainCommandOptions {
  const { data, ...rest } = options;
  return { ...rest, target: operands[0]!, dataDir: data };
}
