import * as fc from 'fast-check';

/** One way to damage a file. Positions are taken modulo its length. */
type Damage =
  | { kind: 'flip'; at: number; bit: number }
  | { kind: 'cut'; at: number }
  | { kind: 'splice'; from: number; to: number; length: number }
  | { kind: 'insert'; at: number; bytes: Uint8Array };

// Headers are at the beginning of a file, so half of the damage goes there.
const anywhere = fc.oneof(fc.nat(600), fc.nat());

const anyDamage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: anywhere, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('cut' as const), at: anywhere }),
  fc.record({ kind: fc.constant('splice' as const), from: anywhere, to: anywhere, length: fc.nat(64) }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: anywhere,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 16 }),
  }),
);

/** One to four damages to one file. */
export const damages = fc.array(anyDamage, { minLength: 1, maxLength: 4 });

/** A damaged copy of the bytes. */
export function damaged(bytes: Uint8Array, all: readonly Damage[]): Buffer {
  return all.reduce((copy, damage) => {
    const at = (position: number): number => position % Math.max(1, copy.length);
    switch (damage.kind) {
      case 'flip':
        if (copy.length > 0) copy[at(damage.at)]! ^= 1 << damage.bit;
        return copy;
      case 'cut':
        return copy.subarray(0, at(damage.at));
      case 'splice': {
        const from = at(damage.from);
        copy.copy(copy, at(damage.to), from, from + damage.length);
        return copy;
      }
      case 'insert':
        return Buffer.concat([copy.subarray(0, at(damage.at)), damage.bytes, copy.subarray(at(damage.at))]);
    }
  }, Buffer.from(bytes));
}
