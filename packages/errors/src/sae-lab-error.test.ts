import { describe, expect, it } from 'vitest';
import { SaeLabError, describeValue } from './sae-lab-error.ts';

describe('SaeLabError', () => {
  const details = {
    problem: 'is too large',
    field: 'variants[0].k',
    expected: 'at most 8',
    received: '9',
    fix: 'Lower k.',
  };

  it('joins field, problem, expected, received and fix into one message', () => {
    const { message } = new SaeLabError('variant.k-too-large', details);
    expect(message).toBe('variants[0].k: is too large; expected at most 8; received 9. Lower k.');
    expect(new SaeLabError('files.disk-full', { problem: 'the disk is full' }).message).toBe(
      'the disk is full',
    );
  });

  it('ends each sentence with one full stop', () => {
    const { message } = new SaeLabError('hub.gated', { ...details, received: 'Access is restricted.' });
    expect(message).toMatch(/received Access is restricted\. Lower k\.$/);
  });

  it('keeps a code that this version does not know', () => {
    expect(SaeLabError.fromJSON({ code: 'later.version', details })).toMatchObject({ code: 'later.version' });
  });

  it('crosses a process as JSON', () => {
    const error = new SaeLabError('variant.k-too-large', details);
    const copy = SaeLabError.fromJSON(JSON.parse(JSON.stringify(error)) as ReturnType<SaeLabError['toJSON']>);
    expect(copy).toMatchObject({ code: 'variant.k-too-large', message: error.message, details });
  });
});

describe('describeValue', () => {
  it('is short and never throws', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect([NaN, -0, 3n, undefined, null, 'x', { k: 1 }].map(describeValue)).toEqual([
      'NaN',
      '0',
      '3',
      'undefined',
      'null',
      '"x"',
      '{"k":1}',
    ]);
    expect([cycle, [1n], () => 1].map(describeValue)).toEqual(['an object', 'an array', 'a function']);
    expect(describeValue('y'.repeat(1000))).toHaveLength(120);
  });
});
