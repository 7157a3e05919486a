import * as tf from '@tensorflow/tfjs';
import type { BackendInfo } from '../cpu-backend.ts';
import { noteDeviceFault } from './device-fault.ts';
import { firstLine, unavailable } from './device.ts';

const FIX = 'See docs/gpu.md for the requirements. `--device cpu` needs no GPU.';

/** The part of the browser's interface that is used here. */
interface Gpu {
  requestAdapter(options: object): Promise<Adapter | null>;
}

interface Adapter {
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly description: string;
    readonly isFallbackAdapter?: boolean;
  };
}

interface GpuDevice {
  addEventListener(type: 'uncapturederror', listen: (event: { error: { message: string } }) => void): void;
  readonly lost: Promise<{ reason: string; message: string }>;
}

/** One per process, kept alive here: Dawn frees objects that nothing references. */
let gpu: Gpu | undefined;
let watched: GpuDevice | undefined;

/**
 * Makes WebGPU tfjs's backend: Metal, Vulkan or Direct3D 12, through Dawn.
 *
 * @param allowSoftware also accept a software adapter, for tests
 * @throws {SaeLabError} `kernels.device-unavailable`
 */
export async function startWebGpu({
  allowSoftware,
}: {
  allowSoftware: boolean;
}): Promise<Omit<BackendInfo, 'threads'>> {
  gpu ??= await loadDawn();
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw unavailable('webgpu', 'no adapter found: neither Metal, Vulkan nor Direct3D 12 is available', FIX);
  }
  const { description, vendor, architecture } = adapter.info;
  const name = description || `${vendor} ${architecture}`.trim() || 'an unnamed adapter';
  if (!allowSoftware && isSoftware(adapter)) {
    throw unavailable('webgpu', `the only adapter is software: ${name}`, FIX);
  }
  // The backend registers itself only if `navigator.gpu` exists when it is imported.
  await import('@tensorflow/tfjs-backend-webgpu');
  // Otherwise tfjs computes small tensors on the CPU once their values have been read, and writing a checkpoint would change
  // the steps after it.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  // After a failure `getBackend()` still returns 'webgpu'.
  if (!(await tf.setBackend('webgpu'))) {
    throw unavailable('webgpu', `tfjs does not start on ${name}`, FIX);
  }
  watch((tf.backend() as unknown as { device: GpuDevice }).device);
  return {
    name: 'webgpu',
    runtime: `@tensorflow/tfjs-backend-webgpu ${tf.version_core} on ${name}`,
    replacedKernels: [],
    warnings: [],
  };
}

/** tfjs expects a browser: WebGPU's constructors as globals, and `navigator.gpu`. */
async function loadDawn(): Promise<Gpu> {
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    const made = create([]) as unknown as Gpu;
    Object.defineProperty(globalThis.navigator, 'gpu', { value: made, configurable: true });
    return made;
  } catch (cause) {
    throw unavailable('webgpu', `the package 'webgpu' does not load: ${firstLine(cause)}`, FIX, cause);
  }
}

/** Only newer versions of Dawn report Vulkan's software drivers as fallback adapters; Mesa's is called llvmpipe. */
function isSoftware({ info }: Adapter): boolean {
  if (info.isFallbackAdapter === true) return true;
  return /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${info.architecture} ${info.description}`);
}

/** Errors of commands are reported only here: a failed command yields zeros and does not throw. */
function watch(device: GpuDevice): void {
  if (watched === device) return;
  watched = device;
  device.addEventListener('uncapturederror', ({ error }) => noteDeviceFault(firstLine(error.message), error));
  void noteLoss(device);
}

async function noteLoss({ lost }: GpuDevice): Promise<void> {
  const { reason, message } = await lost;
  if (reason !== 'destroyed') noteDeviceFault(`the device was lost (${reason}): ${firstLine(message)}`);
}
