import { useDevice, type ChosenDevice, type DeviceInfo } from '@sae-lab/kernels';

/** Device that the suites of this folder run on: the CPU, unless SAE_LAB_TEST_DEVICE names another. */
const TEST_DEVICE = (process.env['SAE_LAB_TEST_DEVICE'] ?? 'cpu') as ChosenDevice;

/** Why sparse codes are skipped, if they are. */
export const DENSE_ONLY =
  TEST_DEVICE === 'cpu'
    ? undefined
    : `codes are dense on ${TEST_DEVICE}: only the CPU backend has sparse ones`;

/** Effort per device: an emulated GPU takes seconds for what the CPU does in milliseconds. */
export const AFFORDED =
  TEST_DEVICE === 'webgpu'
    ? { steps: 14, directions: 3, everyGolden: 3 }
    : { steps: 60, directions: 9, everyGolden: 1 };

export function useTestDevice(): Promise<DeviceInfo> {
  return useDevice({ device: TEST_DEVICE, threads: 1 });
}
