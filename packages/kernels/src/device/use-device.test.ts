import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { CPU_BACKEND } from '../backend-name.ts';
import { checkDevice } from './check-device.ts';
import { noteDeviceFault, throwDeviceFault } from './device-fault.ts';
import type { Device } from './device.ts';
import { useDevice } from './use-device.ts';

// Hide any GPU.
vi.stubEnv('CUDA_VISIBLE_DEVICES', '-1');
vi.stubEnv('VK_ICD_FILENAMES', '/nowhere.json');
afterAll(() => vi.unstubAllEnvs());

describe('useDevice', () => {
  it('uses the CPU if asked to', async () => {
    expect(await useDevice({ device: 'cpu', threads: 1 })).toMatchObject({
      device: 'cpu',
      name: CPU_BACKEND,
      threads: 1,
    });
    expect(tf.getBackend()).toBe(CPU_BACKEND);
  });

  it.each(['tpu', 'CUDA', '', undefined, null, 0])('refuses %j', async (device) => {
    await expect(useDevice({ device: device as Device })).rejects.toMatchObject({
      code: 'kernels.device',
      message: expect.stringContaining('expected one of auto, cuda, webgpu, cpu'),
    });
  });

  it('says why CUDA is unavailable, and what to do', async () => {
    await expect(useDevice({ device: 'cuda' })).rejects.toMatchObject({
      code: 'kernels.device-unavailable',
      message: expect.stringMatching(/^device 'cuda': .+ docs\/gpu\.md .+--device cpu/),
    });
  });

  it.skipIf(process.platform !== 'linux')(
    'auto reports in one line which device it chose and why not the others',
    async () => {
      const { device, name, choice } = await useDevice({ device: 'auto', threads: 1 });
      expect([device, name, tf.getBackend()]).toEqual(['cpu', CPU_BACKEND, CPU_BACKEND]);
      expect(choice).toMatch(/^device: cpu \(cuda: .+; webgpu: .+\)$/);
    },
  );
});

describe('checkDevice', () => {
  it.each([CPU_BACKEND, 'cpu'])('finds nothing wrong with %s', async (backend) => {
    await useDevice({ device: 'cpu', threads: 1 });
    await tf.setBackend(backend);
    expect(await checkDevice()).toBeUndefined();
  });

  it('detects a product of zeros, the result of a buffer that is too large', async () => {
    await tf.setBackend('cpu');
    const product = tf.getKernel('BatchMatMul', 'cpu');
    tf.unregisterKernel('BatchMatMul', 'cpu');
    tf.registerKernel({
      ...product,
      kernelFunc: (args) => {
        const output = product.kernelFunc(args) as tf.TensorInfo;
        const backend = args.backend as { data: tf.DataStorage<{ values: Float32Array }> };
        backend.data.get(output.dataId).values.fill(0);
        return output;
      },
    });
    try {
      expect(await checkDevice()).toContain('product');
    } finally {
      tf.unregisterKernel('BatchMatMul', 'cpu');
      tf.registerKernel(product);
    }
  });
});

it('throws a device fault once, the first of several', () => {
  expect(throwDeviceFault).not.toThrow();
  noteDeviceFault('Binding size is larger than the limit');
  noteDeviceFault('Invalid CommandBuffer');
  expect(throwDeviceFault).toThrow(
    expect.objectContaining({
      code: 'kernels.device-fault',
      message: expect.stringContaining('Binding size'),
    }),
  );
  expect(throwDeviceFault).not.toThrow();
});
