import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configurationsOf, type ConfiguredRun } from './configurations.ts';

const training = { batchSize: 128, learningRate: 1e-3, steps: 10 };

function run(changes: Partial<ConfiguredRun> = {}, config: Record<string, unknown> = {}): ConfiguredRun {
  return {
    variant: 'relu-l1',
    mathVersion: 1,
    hyper: { l1: 1, loss: 'unit-norm' },
    hook: 'blocks.1.hook_mlp_out',
    width: 64,
    activationsId: 'a'.repeat(32),
    config: { training, evaluation: { holdout: 0.1 }, coreMathVersion: 2, seed: 0, ...config },
    ...changes,
  };
}

const describeRuns = (...runs: ConfiguredRun[]) => configurationsOf(runs, () => 'l1');
const labels = (...runs: ConfiguredRun[]) => describeRuns(...runs).map(({ coefficient }) => coefficient);

describe('configurationsOf', () => {
  it('groups runs that differ only in their seed, and no others, however close', () => {
    const of = (l1: number, learningRate: number, seed: number) =>
      run({ hyper: { l1, loss: 'unit-norm' } }, { seed, training: { ...training, learningRate } });
    const runs = [1, 1.00001].flatMap((l1) =>
      [1e-3, 1.00003e-3].flatMap((rate) => [of(l1, rate, 0), of(l1, rate, 1)]),
    );
    const found = describeRuns(...runs);
    expect(found.map(({ configuration }) => configuration)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(found.filter((_, i) => i % 2 === 0).map(({ coefficient }) => coefficient)).toEqual([
      'l1=1 learningRate=0.001',
      'l1=1 learningRate=0.00100003',
      'l1=1.00001 learningRate=0.001',
      'l1=1.00001 learningRate=0.00100003',
    ]);
  });

  it.each<[string, ConfiguredRun, string, string]>([
    [
      'batch size',
      run({}, { training: { ...training, batchSize: 129 } }),
      'l1=1 batchSize=128',
      'l1=1 batchSize=129',
    ],
    [
      'setting that one lacks',
      run({}, { training: { ...training, resample: { every: 0.5 } } }),
      'l1=1',
      'l1=1 resample.every=0.5',
    ],
    [
      'evaluation',
      run({}, { evaluation: { holdout: 0.2 } }),
      'l1=1 evaluation.holdout=0.1',
      'l1=1 evaluation.holdout=0.2',
    ],
    [
      'activations',
      run({ activationsId: `${'a'.repeat(9)}b` }),
      'l1=1 activations=aaaaaaaaaa',
      'l1=1 activations=aaaaaaaaab',
    ],
    ['version of the variant', run({ mathVersion: 2 }), 'l1=1 mathVersion=1', 'l1=1 mathVersion=2'],
    [
      'version of the core',
      run({}, { coreMathVersion: 3 }),
      'l1=1 coreMathVersion=2',
      'l1=1 coreMathVersion=3',
    ],
    ['hyperparameter', run({ hyper: { l1: 1, loss: 'a b=c' } }), 'l1=1 loss=unit-norm', 'l1=1 loss="a b=c"'],
    ['type of a value', run({ hyper: { l1: 1, loss: '2' } }), 'l1=1 loss=unit-norm', 'l1=1 loss="2"'],
  ])('tells a different %s apart, which no column shows', (_what, other, first, second) => {
    const found = describeRuns(run(), other);
    expect(found.map(({ configuration }) => configuration)).toEqual([0, 1]);
    expect(found.map(({ coefficient }) => coefficient)).toEqual([first, second]);
  });

  it('tells devices apart, and groups a queued run with the others of its kind', () => {
    const runs = [run({ provenance: { device: 'cpu' } }), run({ provenance: { device: 'webgpu' } }), run()];
    expect(describeRuns(...runs).map(({ configuration }) => configuration)).toEqual([0, 1, 0]);
    expect(labels(...runs)).toEqual(['l1=1 device=cpu', 'l1=1 device=webgpu', 'l1=1 device=cpu']);
    expect(labels(run({ provenance: { device: 'cpu' } }), run({ hyper: { l1: 2 } }))[0]).not.toContain(
      'device',
    );
  });

  it('leaves out what a column shows or implies', () => {
    const wide = { width: 128, hook: 'blocks.2.hook_mlp_out', activationsId: 'b' };
    expect(labels(run(), run(wide, { training: { ...training, learningRate: 5e-4 } }))).toEqual([
      'l1=1',
      'l1=1',
    ]);
    expect(describeRuns(run(), run(wide)).map(({ configuration }) => configuration)).toEqual([0, 1]);
  });

  it('shortens drawn values but not counts, and ignores the order of keys', () => {
    const drawn = [run({ hyper: { l1: 0.012345678901 } })];
    expect(labels(...drawn)).toEqual(['l1=0.01235']);
    expect(configurationsOf(drawn, () => 'l1', { exact: true })[0]?.coefficient).toBe('l1=0.012345678901');
    expect(labels(run({ hyper: { l1: 12345 } }), run({ hyper: { l1: 12346 } }))).toEqual([
      'l1=12345',
      'l1=12346',
    ]);
    const [a, b] = labels(run({ hyper: { z: 1, l1: 1, a: 1 } }), run({ hyper: { a: 2, l1: 1, z: 2 } }));
    expect([a, b]).toEqual(['l1=1 a=1 z=1', 'l1=1 a=2 z=2']);
    expect(
      describeRuns(run({ hyper: { a: 1, l1: 1 } }), run({ hyper: { l1: 1, a: 1 } }))[1]?.configuration,
    ).toBe(0);
  });

  it('lets a hyperparameter keep its name if a training setting has the same', () => {
    const of = (learningRate: number) =>
      run({ hyper: { l1: 1, learningRate } }, { training: { ...training, learningRate } });
    expect(labels(of(1), of(2))[1]).toBe('l1=1 learningRate=2 training.learningRate=2');
  });

  it('gives each configuration of a variant, hook and width its own label, whatever the values', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.integer(), { maxLength: 2 }),
    );
    const hyper = fc.dictionary(fc.constantFrom('l1', 'a', 'b', 'learningRate'), value);
    const settings = fc.dictionary(fc.constantFrom('learningRate', 'c'), value);
    fc.assert(
      fc.property(fc.array(fc.tuple(hyper, settings), { maxLength: 12 }), (given) => {
        const found = describeRuns(
          ...given.map(([ownHyper, ownTraining]) => run({ hyper: ownHyper }, { training: ownTraining })),
        );
        const byLabel = Map.groupBy(found, ({ coefficient }) => coefficient);
        const byNumber = Map.groupBy(found, ({ configuration }) => configuration);
        expect(byLabel.size).toBe(byNumber.size);
      }),
    );
  });
});
