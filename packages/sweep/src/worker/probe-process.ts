// A process that tries whether a device can be had, for the `sweep` command, and ends: what a GPU's driver holds, or
// does to a process, is then no concern of the parent's. Forked with the device's name as its argument.
import { useDevice, type Device } from '@sae-lab/kernels';
import { errorJson } from './error-json.ts';
import type { FromProbe } from './probe-device.ts';

process.on('disconnect', () => process.exit(1));

const answer = await useDevice({ device: process.argv[2] as Device, threads: 1 }).then(
  ({ device, choice }): FromProbe => ({ device, choice }),
  (error: unknown): FromProbe => ({ error: errorJson(error) }),
);
process.send?.(answer, undefined, undefined, () => process.exit());
