import { defineCommand } from '@sae-lab/command-line';

/** `pnpm new:variant`, as its parser, its help and docs/reference.md know it. */
export const command = defineCommand({
  name: 'pnpm new:variant',
  summary:
    'Writes a package for a new variant, a ReLU autoencoder that trains as it is, to packages/variants/<name>, and ' +
    'adds it to the dependencies of the experiments.',
  operands: [
    { name: 'name', meaning: 'Name of the variant in kebab case, as its paper names it, e.g. top-sigma' },
  ],
  options: {},
  examples: ['pnpm new:variant top-sigma'],
});
