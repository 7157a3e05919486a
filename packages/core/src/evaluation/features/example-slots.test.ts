import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExampleSlots } from './example-slots.ts';

interface Offered {
  score: number;
  document: number;
  row: number;
}

const offers = fc
  .array(fc.record({ score: fc.integer({ min: 0, max: 9 }), document: fc.integer({ min: 0, max: 6 }) }), {
    maxLength: 40,
  })
  .map((all): Offered[] => all.map((one, row) => ({ ...one, row })));

function fill(slots: ExampleSlots, group: number, offered: readonly Offered[]): void {
  for (const { score, document, row } of offered) {
    if (slots.isBelow(group, score)) continue;
    const slot = slots.reserve(group, score, row, document);
    if (slot < 0) continue;
    slots.document[slot] = document;
    slots.tokens[slot * 2] = row;
    slots.activations[slot * 2] = score;
  }
}

function kept(slots: ExampleSlots, group: number): Offered[] {
  return slots
    .slotsOf(group)
    .toSorted(slots.compare)
    .map((slot) => ({
      score: slots.activationOf(slot),
      document: slots.document[slot]!,
      row: slots.tokens[slot * 2]!,
    }));
}

/** The best of each document, and the best of those. */
function best(offered: readonly Offered[], count: number): Offered[] {
  const ordered = offered.toSorted((a, b) => b.score - a.score || a.row - b.row);
  return ordered
    .filter((one, i) => ordered.findIndex(({ document }) => document === one.document) === i)
    .slice(0, count);
}

const empty = (perGroup: number): ExampleSlots => new ExampleSlots({ groups: 3, perGroup, window: 2 });

it('keeps the best example of each document, in any order of arrival', () => {
  fc.assert(
    fc.property(offers, fc.integer({ min: 0, max: 4 }), (offered, count) => {
      for (const order of [offered, offered.toReversed()]) {
        const slots = empty(count);
        fill(slots, 1, order);
        expect(kept(slots, 1)).toEqual(best(offered, count));
        expect(kept(slots, 0)).toEqual([]);
      }
    }),
  );
});

it('merges two groups into what one group of all examples would keep', () => {
  fc.assert(
    fc.property(
      offers,
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 1, max: 4 }),
      (offered, cut, count) => {
        const slots = empty(count);
        fill(slots, 2, offered.slice(0, cut));
        fill(slots, 0, offered.slice(cut));
        slots.merge(2, 0);
        expect(kept(slots, 0)).toEqual(best(offered, count));
        expect(kept(slots, 2)).toEqual([]);
        fill(slots, 2, offered);
        expect(kept(slots, 2)).toEqual(best(offered, count));
      },
    ),
  );
});
