import { select } from '@sae-lab/core/variant';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineSweep } from '../definition/define-sweep.ts';
import type { SyntheticSweepInput } from '../definition/sweep-input.ts';
import { linearVariant } from '../testing/linear-variant.ts';
import type { Machine } from './machine.ts';
import { planSweep } from './plan-sweep.ts';
import { requireMemory } from './require-memory.ts';

const GIBIBYTE = 2 ** 30;
const machine: Machine = { cores: 2, memory: 64 * GIBIBYTE };
const alone = { machine, workers: 1 };

/** Like the linear variant, but with 8 latents per row, so codes are sparse from the first step on. */
const sparse = linearVariant({
  name: 'sparse',
  encode: ({ W_enc }, x, _hyper, { ops }) => ops.encode({ x, W: W_enc, select: { code: select.topK(8) } }),
});
const dense = linearVariant();

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sae-lab-test-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

interface Case {
  readonly variant?: typeof dense;
  readonly widths?: number[];
  readonly dIn?: number;
  readonly rows?: number;
  readonly training?: Partial<SyntheticSweepInput['training']>;
  readonly seeds?: number[];
}

async function said(
  { variant = sparse, widths = [64], dIn = 16, rows = 2 ** 31 - 1, training = {}, seeds = [0] }: Case,
  limits: Parameters<typeof requireMemory>[1] = { machine },
): Promise<string> {
  const definition = defineSweep({
    name: 'room',
    dataset: { kind: 'synthetic', features: 8, dIn, active: 2, rows },
    variants: [{ variant, grid: { l1: 1 } }],
    widths,
    seeds,
    training: { steps: 10, batchSize: 1024, ...training },
  });
  const plan = await planSweep({ file: 'x.ts', definition }, { dataDir, threads: 1 });
  try {
    await requireMemory(plan, limits);
    return 'fits';
  } catch (error) {
    return (error as Error).message;
  }
}

/** The largest value that a message says would fit. */
function allowed(message: string): number {
  return Number(/expected at most (\d+)/.exec(message)?.[1]);
}

describe('requireMemory', () => {
  it('refuses a width that cannot fit and names the largest that does', async () => {
    const message = await said({ widths: [64, 5_000_000] }, alone);
    expect(message).toMatch(
      /^widths\[1\]: a run would take at least 6\.9 GiB, more than the memory of the CPU backend, 4 GiB; expected at most \d+ latents .*received 5000000\. Lower the width/,
    );
    const widest = allowed(message);
    expect(await said({ widths: [widest] }, alone)).toBe('fits');
    expect(await said({ widths: [widest + 1] }, alone)).toMatch(/^widths\[0\]/);
    expect(await said({ widths: [4096], dIn: 512 })).toBe('fits');
  });

  it('counts dense codes and their gradients', async () => {
    const widest = allowed(await said({ widths: [5_000_000] }));
    const message = await said({ widths: [widest], variant: dense });
    expect(allowed(message)).toBeLessThan(widest / 4);
    expect(message).toMatch(/Lower the width, training\.batchSize to at most \d+/);
    expect(await said({ widths: [4096], variant: dense })).toBe('fits');
  });

  it('names the batch size if that is the problem', async () => {
    const message = await said({ training: { batchSize: 2 ** 30 } });
    expect(message).toMatch(/^training\.batchSize: .*expected at most \d+ activations .*received 1073741824/);
    expect(await said({ training: { batchSize: allowed(message) } })).toBe('fits');
    expect(await said({ training: { batchSize: 'all' } })).toMatch(
      /^training\.batchSize: .*received 'all', \d{10} activations/,
    );
  });

  it('counts memory outside the backend, for all processes together', async () => {
    const memory = 5 * GIBIBYTE;
    const small = { machine: { cores: 2, memory } };
    const two = { widths: [2_000_000], seeds: [0, 1] };
    expect(await said(two)).toBe('fits');
    const message = await said(two, small);
    expect(message).toMatch(
      /^widths\[0\]: 2 runs at once would take at least \S+ GiB, more than the memory of this machine, 5\.0 GiB/,
    );
    expect(message).toContain('`--workers 1`');
    expect(await said({ ...two, widths: [allowed(message)] }, small)).toBe('fits');
    expect(await said(two, { ...small, workers: 1 })).toMatch(/fits|a run would take/);
  });
});
