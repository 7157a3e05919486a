import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { kernelModule } from '../compiled/kernel-module.ts';
import { wasm } from '../compiled/web-assembly.ts';
import { createGemm } from '../onnx/gemm.ts';
import { type OnnxRuntime, loadOnnxRuntime } from '../onnx/runtime.ts';
import { rowsArguments } from '../tasks/row-kernels.ts';
import { ThreadContext } from '../tasks/thread-context.ts';
import { sharingFault } from './sharing-fault.ts';
import { Team } from './team.ts';

let runtime: OnnxRuntime;
let team: Team;

beforeAll(async () => {
  runtime = await loadOnnxRuntime();
});
afterEach(() => team.dispose());

async function started(
  threads: number,
  shared = true,
): Promise<{ context: ThreadContext; sum: (parts: number) => number[] }> {
  const memory = new wasm.Memory({ initial: 16, maximum: 65_536, shared });
  const context = new ThreadContext(kernelModule(shared), memory, runtime, 0, 0);
  team = await Team.start(context, threads);
  const [matrix, sums] = [1024, 65_536];
  context.floats(matrix, 64).forEach((_, i, all) => (all[i] = i));
  const sum = (parts: number): number[] => {
    context.floats(sums, 16).fill(0);
    team.run('rows', parts, rowsArguments('squareSums', 16, parts, [4, matrix, sums]));
    return [...context.floats(sums, 16)];
  };
  return { context, sum };
}

const expected = Array.from({ length: 16 }, (_, row) =>
  [0, 1, 2, 3].reduce((sum, i) => sum + (row * 4 + i) ** 2, 0),
);

describe('a team of threads', () => {
  it.each([1, 2, 3])('runs each part of a task once on %i threads', async (threads) => {
    const { sum } = await started(threads);
    expect(team.threads).toBe(threads);
    for (const parts of [1, 2, 7, 16]) expect(sum(parts)).toEqual(expected);
    for (let again = 0; again < 200; again++) sum(8);
    expect(sum(8)).toEqual(expected);
  });

  it('consists of the caller alone if memory cannot be shared', async () => {
    const { sum, context } = await started(1, false);
    expect(context.memory.buffer).toBeInstanceOf(ArrayBuffer);
    expect(sum(7)).toEqual(expected);
  });

  it('works on memory that has grown', async () => {
    const { context } = await started(2);
    const offset = context.memory.buffer.byteLength;
    context.memory.grow(64);
    context.floats(offset, 64).fill(2);
    team.run('rows', 16, rowsArguments('squareSums', 16, 16, [4, offset, offset + 4096]));
    expect([...context.floats(offset + 4096, 16)]).toEqual(Array.from({ length: 16 }, () => 16));
  });

  it('reports a task that fails on any thread, and refuses further tasks', async () => {
    const { sum } = await started(2);
    // Beyond the end of memory: the kernel traps.
    const beyond = () => team.run('rows', 16, rowsArguments('squareSums', 16, 16, [4, 2 ** 32 - 65_536, 0]));
    expect(beyond).toThrow(/out of bounds|the thread|ended/);
    expect(() => sum(16)).toThrow(expect.objectContaining({ code: 'kernels.thread-lost' }));
  });

  it('reports a thread that has ended instead of waiting for it', async () => {
    const { sum } = await started(2);
    await team.dispose();
    expect(() => sum(16)).toThrow(expect.objectContaining({ code: 'kernels.thread-lost' }));
  });

  it('detects that memory can be shared', () => {
    expect(sharingFault(createGemm(runtime, 1))).toBeUndefined();
  });
});
