import { describe, expect, it } from 'vitest';
import { startChecked, type SelfCheckCase } from './self-check.ts';

type Add = (a: number, b: number) => number;

function* casesOf(add: Add): Generator<SelfCheckCase> {
  yield { name: '1 + 1', actual: add(1, 1), expected: 2 };
  yield { name: '2 + 3', actual: add(2, 3), expected: 5 };
}

describe('startChecked', () => {
  const start = (add: Add) => startChecked('the sum', add, casesOf, 'using the slow one');

  it('returns a part that passes its self-check', () => {
    const add: Add = (a, b) => a + b;
    expect(start(add)).toEqual({ part: add, warnings: [] });
  });

  it('drops a part that gives a wrong answer, with a warning', () => {
    expect(start((a, b) => a * b + 1)).toEqual({
      part: undefined,
      warnings: [
        'sae-cpu: the self-check of the sum failed (2 + 3: value 0 is 7, expected 5); using the slow one',
      ],
    });
  });

  it('drops a part that throws, with a warning', () => {
    const { part, warnings } = start(() => {
      throw new Error('unreachable executed');
    });
    expect(part).toBeUndefined();
    expect(warnings[0]).toContain('unreachable executed');
  });
});
