import { resolve } from 'node:path';
import { defineCommand, option, positiveInteger, seconds } from '@sae-lab/command-line';
import { DEVICES, parseDevice, type Device } from '@sae-lab/kernels';

/** Options of `pnpm worker --spool <folder>`, which needs no database. */
export const SPOOL_OPTIONS = {
  spool: option({
    value: 'folder',
    meaning: 'Train the runs that `pnpm sweep --prepare` wrote into a folder, without a database',
    parse: (given) => resolve(given),
  }),
  device: option<Device>({
    value: 'name',
    meaning: `Where to train: ${DEVICES.join(', ')}`,
    default: 'cpu',
    parse: parseDevice,
  }),
  threads: option({
    value: 'n',
    meaning: 'Threads of a run',
    otherwise: 'one per core',
    parse: positiveInteger,
  }),
  checkpointSeconds: option({
    value: 's',
    meaning: 'Write a checkpoint of a run this often',
    default: 60,
    parse: seconds,
  }),
};

/** Describes `pnpm worker` to its parser, its help and docs/reference.md. */
export const workerCommand = defineCommand({
  name: 'pnpm worker',
  summary: 'Trains runs that another machine has prepared.',
  options: SPOOL_OPTIONS,
  examples: ['pnpm worker --spool /scratch/spool'],
  environment: ['SAE_LAB_DEBUG'],
  exitCodes: [143],
});
