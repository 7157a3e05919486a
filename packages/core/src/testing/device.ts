import { useDevice, type ChosenDevice, type DeviceInfo } from '@sae-lab/kernels';

/** Where the suites of this folder compute: the CPU, unless the environment names another device. */
const TEST_DEVICE = (process.env['SAE_LAB_TEST_DEVICE'] ?? 'cpu') as ChosenDevice;

/** Why sparse codes are left out, where they are. */
export const DENSE_ONLY =
  TEST_DEVICE === 'cpu' ? undefined : `codes are dense on ${TEST_DEVICE}: sparse ones are the CPU's`;

/** What the suites can afford: an emulated GPU takes seconds for what the CPU does in a few milliseconds. */
export const AFFORDED =
  TEST_DEVICE === 'webgpu'
    ? { steps: 14, directions: 3, everyGolden: 3 }
    : { steps: 60, directions: 9, everyGolden: 1 };

export function useTestDevice(): Promise<DeviceInfo> {
  return useDevice({ device: TEST_DEVICE, threads: 1 });
}
