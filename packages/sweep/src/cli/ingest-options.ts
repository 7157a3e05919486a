import { dataOption, defineCommand } from '@sae-lab/command-line';

/** Describes `pnpm ingest` to its parser, its help and docs/reference.md. */
export const ingestCommand = defineCommand({
  name: 'pnpm ingest',
  summary:
    'Reads what `pnpm worker --spool` has trained into the database, and copies the SAEs into the data folder.',
  operands: [{ name: 'folder', meaning: 'Folder that `pnpm sweep --prepare` wrote' }],
  options: { data: dataOption },
  examples: ['pnpm ingest /scratch/spool', 'watch -n 60 pnpm ingest /scratch/spool'],
  notes: [
    'Call it as often as you like, also while the runs train: what is stored already is skipped. A run that has not ended is ' +
      'shown as interrupted.',
  ],
  environment: ['SAE_LAB_DATA', 'DATABASE_URL', 'SAE_LAB_DIRECT_URL', 'SAE_LAB_STORE', 'SAE_LAB_STORE_CACHE'],
  exitCodes: [129, 130, 143],
});
