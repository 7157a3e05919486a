import { SaeLabError, describeValue } from '@sae-lab/errors';

/** Where to compute. `auto` is the first of the others that is available. */
export const DEVICES = ['auto', 'cuda', 'webgpu', 'cpu'] as const;

export type Device = (typeof DEVICES)[number];
export type ChosenDevice = Exclude<Device, 'auto'>;

/** @throws {SaeLabError} `kernels.device` */
export function parseDevice(value: unknown, field = 'device'): Device {
  const device = DEVICES.find((name) => name === value);
  if (device !== undefined) return device;
  throw new SaeLabError('kernels.device', {
    problem: 'unknown device',
    field,
    expected: `one of ${DEVICES.join(', ')}`,
    received: describeValue(value),
    fix: 'Leave it out to train on the CPU.',
  });
}

/** The error for a device that cannot be used. */
export function unavailable(device: Device, problem: string, fix: string, cause?: unknown): SaeLabError {
  return new SaeLabError('kernels.device-unavailable', {
    problem,
    field: `device '${device}'`,
    fix,
    ...(cause !== undefined && { cause }),
  });
}

/** The first line of a library's error message, without its full stop. */
export function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error)
    .split('\n')[0]!
    .trim()
    .replace(/\.$/, '');
}
