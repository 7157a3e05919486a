// Tries a device for `pnpm sweep`, answers and ends, so that nothing of a GPU's driver stays in the parent. Forked with
// the name of the device as its argument.
import { useDevice, type Device } from '@sae-lab/kernels';
import { errorJson } from './error-json.ts';
import type { FromProbe } from './probe-device.ts';

process.on('disconnect', () => process.exit(1));

const answer = await useDevice({ device: process.argv[2] as Device, threads: 1 }).then(
  ({ device, choice }): FromProbe => ({ device, choice }),
  (error: unknown): FromProbe => ({ error: errorJson(error) }),
);
process.send?.(answer, undefined, undefined, () => process.exit());
