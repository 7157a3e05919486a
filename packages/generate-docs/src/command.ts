import { defineCommand, flag } from '@sae-lab/command-line';

/** `pnpm docs:generate`, as its parser, its help and docs/reference.md know it. */
export const command = defineCommand({
  name: 'pnpm docs:generate',
  summary:
    'Generates docs/reference.md and docs/errors.md from the schemas, the commands and the table of error codes.',
  options: { check: flag('Write nothing; end with 1 if a page is not up to date') },
  examples: ['pnpm docs:generate', 'pnpm docs:generate --check'],
});
