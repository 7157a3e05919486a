import { SaeLabError } from '@sae-lab/errors';
import { type BackendInfo, type CpuBackendOptions, useCpuBackend } from '../cpu-backend.ts';
import { checkDevice } from './check-device.ts';
import { startCuda } from './cuda.ts';
import { type ChosenDevice, type Device, parseDevice, unavailable } from './device.ts';
import { startWebGpu } from './webgpu.ts';

export interface DeviceOptions extends CpuBackendOptions {
  device: Device;
}

export interface DeviceInfo extends BackendInfo {
  device: ChosenDevice;
  /** For `auto`: one line with the device chosen and why each one before it was not. */
  choice?: string;
}

type GpuDevice = Exclude<ChosenDevice, 'cpu'>;

const STARTS: Record<GpuDevice, (allowSoftware: boolean) => Promise<Omit<BackendInfo, 'threads'>>> = {
  cuda: startCuda,
  webgpu: (allowSoftware) => startWebGpu({ allowSoftware }),
};

/**
 * Makes a device tfjs's backend. `auto` chooses CUDA, else WebGPU on a real GPU, else the CPU. Any other device is used, or
 * is an error if it is unavailable.
 *
 * @example
 * const { device, runtime } = await useDevice({ device: 'auto' });
 *
 * @throws {SaeLabError} `kernels.device`, `kernels.device-unavailable`, and whatever `useCpuBackend` throws
 */
export async function useDevice({ device, ...cpu }: DeviceOptions): Promise<DeviceInfo> {
  const parsed = parseDevice(device);
  switch (parsed) {
    case 'cpu':
      return { ...(await useCpuBackend(cpu)), device: 'cpu' };
    case 'cuda':
    case 'webgpu':
      return startGpu(parsed, true);
    case 'auto':
      return firstOf(cpu);
  }
}

async function firstOf(cpu: CpuBackendOptions): Promise<DeviceInfo> {
  const missing: string[] = [];
  for (const device of ['cuda', 'webgpu'] as const) {
    try {
      const info = await startGpu(device, false);
      return { ...info, choice: choiceOf(device, missing) };
    } catch (error) {
      if (!(error instanceof SaeLabError)) throw error;
      missing.push(`${device}: ${error.details.problem}`);
    }
  }
  const info = await useCpuBackend(cpu);
  return { ...info, device: 'cpu', choice: choiceOf('cpu', missing) };
}

function choiceOf(device: ChosenDevice, missing: readonly string[]): string {
  return `device: ${device}${missing.length === 0 ? '' : ` (${missing.join('; ')})`}`;
}

async function startGpu(device: GpuDevice, allowSoftware: boolean): Promise<DeviceInfo> {
  const started = await STARTS[device](allowSoftware);
  const wrong = await checkDevice();
  if (wrong !== undefined) {
    const problem = `${started.runtime} fails its self-check (${wrong})`;
    throw unavailable(device, problem, 'Update the GPU driver. `--device cpu` needs no GPU.');
  }
  // Threads are a setting of the CPU backend only.
  return { ...started, threads: 1, device };
}
