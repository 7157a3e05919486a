import * as tf from '@tensorflow/tfjs';
import type { BackendInfo } from '../cpu-backend.ts';
import { noteDeviceFault } from './device-fault.ts';
import { firstLine, unavailable } from './device.ts';

const FIX = 'docs/gpu.md says what it takes; `--device cpu` needs no GPU.';

/** As much of the browser's interface as is used here. */
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

/** The processes' one: Dawn's objects live as long as what holds them. */
let gpu: Gpu | undefined;
let watched: GpuDevice | undefined;

/**
 * Makes WebGPU (Metal, Vulkan or Direct3D 12, by Dawn) tfjs's backend.
 *
 * @param allowSoftware also take an adapter that computes on the CPU: right for tests, slow for all else
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
    throw unavailable('webgpu', 'there is no adapter: neither Metal nor Vulkan nor Direct3D 12 answers', FIX);
  }
  const { description, vendor, architecture } = adapter.info;
  const name = description || `${vendor} ${architecture}`.trim() || 'an adapter without a name';
  if (!allowSoftware && isSoftware(adapter)) {
    throw unavailable('webgpu', `the only adapter, ${name}, computes on the CPU`, FIX);
  }
  // It registers itself only where it finds `navigator.gpu`, so not before now.
  await import('@tensorflow/tfjs-backend-webgpu');
  // It would compute small tensors on the CPU where their values happen to have been read: writing a checkpoint would
  // change what comes after it.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  // `getBackend()` would answer 'webgpu' even after a failure.
  if (!(await tf.setBackend('webgpu'))) {
    throw unavailable('webgpu', `tfjs cannot begin on ${name}`, FIX);
  }
  watch((tf.backend() as unknown as { device: GpuDevice }).device);
  return {
    name: 'webgpu',
    runtime: `@tensorflow/tfjs-backend-webgpu ${tf.version_core} on ${name}`,
    replacedKernels: [],
    warnings: [],
  };
}

/** tfjs looks for a browser: its constructors among the globals, and `navigator.gpu`. */
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

/** Vulkan's software drivers call themselves fallbacks in newer versions of Dawn only; Mesa's is llvmpipe. */
function isSoftware({ info }: Adapter): boolean {
  if (info.isFallbackAdapter === true) return true;
  return /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${info.architecture} ${info.description}`);
}

/** What is wrong with a command is told here only: what it was to compute is zeros, and no exception is thrown. */
function watch(device: GpuDevice): void {
  if (watched === device) return;
  watched = device;
  device.addEventListener('uncapturederror', ({ error }) => noteDeviceFault(firstLine(error.message), error));
  void noteLoss(device);
}

async function noteLoss({ lost }: GpuDevice): Promise<void> {
  const { reason, message } = await lost;
  if (reason !== 'destroyed') noteDeviceFault(`it is lost (${reason}): ${firstLine(message)}`);
}
