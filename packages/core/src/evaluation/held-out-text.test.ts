import { expect, it } from 'vitest';
import { extractActivations, SPLIT_SEED } from '../activations/index.ts';
import { prepareExtraction } from '../activations/extraction/plan.ts';
import { collect, errorOf, smallSpec, temporaryFolder } from '../activations/test-support.ts';
import { heldOutText } from './held-out-text.ts';

const HOLDOUT = 0.4;

it('yields the tokens of the held-out activations in their order', async () => {
  const spec = smallSpec(temporaryFolder(), { settings: { maxTokens: 64, batchTokens: 512, maxRows: 1100 } });
  const [store] = await extractActivations(spec);
  const split = { holdout: HOLDOUT, seed: SPLIT_SEED, part: 'held-out' } as const;
  const [rows] = await collect(store!.sequentialBatches({ batchSize: 100_000, split }));
  const text = heldOutText(await prepareExtraction(spec), HOLDOUT);
  const ids = async (maxTokens?: number): Promise<number[]> =>
    (await collect(text.windows({ maxTokens })))
      .flat()
      .flatMap(({ tokens, selected }) => selected.map((position) => tokens[position]!));
  // The last piece may reach beyond the extraction's limit.
  const all = await ids();
  expect(all.slice(0, rows!.rows)).toEqual([...rows!.token_ids]);
  expect(all.length).toBeLessThan(rows!.rows + 64);
  const some = await ids(100);
  expect(some.slice(0, 100)).toEqual([...rows!.token_ids.subarray(0, 100)]);
  expect(some.length).toBeLessThan(100 + 64);
});

it('stops with run.stopped before and while it reads', async () => {
  const text = heldOutText(await prepareExtraction(smallSpec(temporaryFolder())), HOLDOUT);
  const before = await errorOf(() => collect(text.windows({ signal: AbortSignal.abort() })));
  expect(before.code).toBe('run.stopped');
  const stop = new AbortController();
  const whileReading = await errorOf(async () => {
    for await (const _ of text.windows({ signal: stop.signal })) stop.abort();
  });
  expect(whileReading.code).toBe('run.stopped');
});
