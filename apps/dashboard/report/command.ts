import { dataOption, defineCommand, integerBetween, option, text } from '@sae-lab/command-line';

/** Latents of an SAE that a report shows by default. */
const USUAL_LATENTS = 12;
const MOST_LATENTS = 200;

/** `pnpm report`, as its parser, its help and docs/reference.md know it. */
export const reportCommand = defineCommand({
  name: 'pnpm report',
  summary:
    'Writes a sweep into one folder of HTML, data and figures, which opens from disk and on any static host. The folder ' +
    'requests nothing from elsewhere.',
  operands: [
    {
      name: 'sweep',
      meaning: 'Name of a sweep, the one that was started last if several have it, or its id',
    },
  ],
  options: {
    out: option({
      value: 'folder',
      meaning: 'Folder to write; a report that is in it is replaced',
      otherwise: 'report-<sweep>',
      parse: text,
    }),
    latents: option({
      value: 'n',
      meaning: 'Latents to show of each SAE whose features were evaluated',
      default: USUAL_LATENTS,
      parse: integerBetween(0, MOST_LATENTS),
    }),
    data: dataOption,
  },
  examples: ['pnpm report quickstart', 'pnpm report quickstart --out /tmp/quickstart --latents 40'],
  environment: ['SAE_LAB_DATA', 'DATABASE_URL', 'SAE_LAB_DIRECT_URL'],
});
