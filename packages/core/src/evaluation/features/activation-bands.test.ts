import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ActivationBands } from './activation-bands.ts';

const BANDS = 3;
const PER_BAND = 2;

/** Values over several powers of two, each from its own document, in a random order of priority. */
const values = fc
  .array(fc.float({ min: Math.fround(0.01), max: 100, noNaN: true }), { minLength: 1, maxLength: 60 })
  .chain((all) =>
    fc
      .shuffledSubarray(
        all.map((_, i) => i),
        { minLength: all.length },
      )
      .map((priorities) => all.map((value, i) => ({ value, priority: priorities[i]! }))),
  );

function bitsOf(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0]!;
}

it('keeps the examples of each band with the lowest priorities, however the bands have moved', () => {
  fc.assert(
    fc.property(values, (offered) => {
      const bands = new ActivationBands({ latents: 2, bands: BANDS, perBand: PER_BAND, window: 1 });
      offered.forEach(({ value, priority }, row) => {
        const group = bands.groupOf(1, bitsOf(value));
        if (bands.slots.isBelow(group, -priority)) return;
        const slot = bands.slots.reserve(group, -priority, row, row);
        if (slot >= 0) bands.slots.activations[slot] = value;
      });
      const highest = Math.floor(Math.log2(Math.max(...offered.map(({ value }) => value))));
      const edges = [highest + 1, highest, highest - 1].map((octave) => 2 ** octave);
      const expected = [
        { from: edges[1]!, to: edges[0]! },
        { from: edges[2]!, to: edges[1]! },
        { from: 0, to: edges[2]! },
      ].map(({ from, to }) => ({
        from,
        to,
        values: offered
          .filter(({ value }) => value >= from && value < to)
          .toSorted((a, b) => a.priority - b.priority)
          .slice(0, PER_BAND)
          .map(({ value }) => value),
      }));
      const received = bands.bandsOf(1).map(({ from, to, group }) => ({
        from,
        to,
        values: bands.slots
          .slotsOf(group)
          .toSorted(bands.slots.compare)
          .map((slot) => bands.slots.activationOf(slot)),
      }));
      expect(received).toEqual(expected);
      expect(bands.bandsOf(0)).toEqual([]);
    }),
  );
});
