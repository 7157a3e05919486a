import { expect, it } from 'vitest';
import { parseLocation } from './location.ts';

it('reads buckets with a prefix, and folders', () => {
  expect(parseLocation('s3://lab')).toEqual({ kind: 's3', bucket: 'lab', prefix: '' });
  expect(parseLocation('s3://lab/some/sae-lab/')).toEqual({
    kind: 's3',
    bucket: 'lab',
    prefix: 'some/sae-lab',
  });
  expect(parseLocation('/shared/lab')).toEqual({ kind: 'folder', folder: '/shared/lab' });
  expect(parseLocation('file:///shared/a%20lab')).toEqual({ kind: 'folder', folder: '/shared/a lab' });
  // One folder, one name: the database remembers stores by it.
  expect(parseLocation('file:///shared/lab/')).toEqual({ kind: 'folder', folder: '/shared/lab' });
});

it.each([
  'https://lab.example/x',
  's3://',
  's3://A_b/x',
  's3://lab/a//b',
  's3://lab/?region=x',
  'file://host/x',
  'lab/x',
  './x',
  '~/store',
  's3://lab/100%',
])('refuses %s', (given) =>
  expect(() => parseLocation(given)).toThrow(expect.objectContaining({ code: 'store.bad-location' })),
);

it('never repeats credentials', () => {
  for (const given of [
    's3://AKIAKEY:secret%2Fword@lab/x',
    's3://AKIAKEY:secret@[bad',
    'https://AKIAKEY:secret@lab',
  ]) {
    let message = '';
    try {
      parseLocation(given);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toContain('SAE_LAB_STORE');
    expect(message).not.toMatch(/AKIA|secret/);
  }
});
