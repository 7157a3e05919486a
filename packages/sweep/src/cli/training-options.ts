import { option, seconds } from '@sae-lab/command-line';
import { DEVICES, parseDevice, type Device } from '@sae-lab/kernels';

/** How `pnpm sweep` and `pnpm worker` train runs. */
export const TRAINING_OPTIONS = {
  device: option<Device>({
    value: 'name',
    meaning: `Where to train: ${DEVICES.join(', ')}`,
    default: 'cpu',
    parse: parseDevice,
  }),
  checkpointSeconds: option({
    value: 's',
    meaning: 'Write a checkpoint of each run this often',
    default: 60,
    parse: seconds,
  }),
  silenceSeconds: option({
    value: 's',
    meaning: 'Kill a worker process that shows no sign of life for this long; its run fails',
    default: 600,
    parse: seconds,
  }),
};
