import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it, vi } from 'vitest';
import { seeded } from '../random/seeded.ts';
import { plainVariant } from '../testing/plain-variant.ts';
import type { Variant } from '../variant/contract.ts';
import { disposeState, freshState, stateLayout, type StateLayout } from './trainer-state.ts';

beforeAll(() => tf.setBackend('cpu'));

const sizes = { dIn: 3, dSae: 7, hyper: { l1: 1, decoderNorm: 'unit' } };

const withState: Variant = {
  ...(plainVariant as Variant),
  init: (args) => ({
    ...(plainVariant as Variant).init(args),
    state: { threshold: tf.scalar(0), counts: tf.zeros([args.dSae], 'int32') },
  }),
  update: (_encoded, _hyper, { state }) => state,
};

const rest = Object.fromEntries(Object.entries(plainVariant).filter(([name]) => name !== 'update'));
const stateless: Variant = {
  ...(rest as unknown as Variant),
  init: (args) => ({ params: (plainVariant as Variant).init(args).params }),
};

const layoutsOf = (tensors: NonNullable<StateLayout['state']>) =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape, dtype }]) => [name, { shape, dtype }]));

it.each([
  ['without a state', stateless],
  ['with a state', withState],
])('derives the layout of a variant %s from its initialisation', (_, variant) => {
  const before = tf.memory().numTensors;
  const layout = stateLayout(variant, sizes);
  expect(tf.memory().numTensors).toBe(before);
  const data = Float32Array.from({ length: 30 }, (_value, i) => i);
  const fresh = freshState(variant, {
    ...sizes,
    sample: { shape: [10, 3], data },
    random: seeded(0, 'init'),
  });
  expect(layoutsOf(layout.params)).toEqual(layoutsOf(fresh.params));
  if (variant.update !== undefined) expect(layoutsOf(layout.state!)).toEqual(layoutsOf(fresh.state));
  expect(layout.tokensSinceFired.length).toBe(fresh.tokensSinceFired.length);
  disposeState(fresh);
});

it('does not initialise a variant without a state to find its layout', () => {
  const init = vi.fn<Variant['init']>();
  stateLayout({ ...stateless, init }, sizes);
  expect(init).not.toHaveBeenCalled();
});
