import { expect, test } from 'vitest';
import { sweepTrail } from './sweep-trail.ts';

test('the breadcrumbs name a sweep once, and lead to its newest version', () => {
  const sweeps = [
    { id: 3, name: 'tour' },
    { id: 1, name: 'tour' },
    { id: 2, name: 'other' },
  ];
  expect(sweepTrail(sweeps)).toEqual([
    { name: 'Sweeps', href: '/' },
    { name: 'tour', href: '/sweeps/3' },
    { name: 'other', href: '/sweeps/2' },
  ]);
});
