import { expect, test } from 'vitest';
import { curvesAddress, parseCursors, parseCurvesRequest, tailAddresses } from './curve-request.ts';

const queryOf = (address: string) => new URL(address, 'http://localhost').searchParams;
const asked = (query: URLSearchParams) => ({
  ...Object.fromEntries(query),
  curve: query.getAll('curve'),
});

test('a request is read as it was written', () => {
  const request = {
    runIds: [1, 2, 3, 9],
    curves: ['loss', 'loss/a&b=c', 'é:1'],
    from: 5,
    until: 90,
    buckets: 300,
  };
  expect(curvesAddress(request)).toContain('runs=1-3,9&');
  expect(parseCurvesRequest(asked(queryOf(curvesAddress(request))))).toEqual(request);
  const whole = { ...request, from: 0, until: undefined };
  expect(parseCurvesRequest(asked(queryOf(curvesAddress(whole))))).toEqual(whole);
});

test.each([
  '',
  'runs=1',
  'curve=loss',
  'runs=x&curve=loss',
  'runs=1-501&curve=loss',
  `runs=1&${Array.from({ length: 61 }, (_, index) => `curve=${index}`).join('&')}`,
])('%j asks for nothing', (query) => {
  expect(parseCurvesRequest(asked(new URLSearchParams(query)))).toBeUndefined();
});

test('numbers of a request stay within their limits', () => {
  const query = new URLSearchParams('runs=1&curve=%00a&from=-1&until=99999999999&buckets=9999');
  expect(parseCurvesRequest(asked(query))).toEqual({
    runIds: [1],
    curves: ['a'],
    from: 0,
    until: undefined,
    buckets: 1000,
  });
});

test('cursors are read as they were written, over as many addresses as they need', () => {
  const cursors = Array.from({ length: 500 }, (_, index) => ({
    runId: index + 1,
    curve: index % 2 === 0 ? 'loss' : 'loss/1:2&é',
    after: index - 1,
  }));
  const addresses = tailAddresses(cursors);
  expect(addresses.length).toBeGreaterThan(1);
  for (const address of addresses) expect(address.length).toBeLessThan(4000);
  expect(addresses.flatMap((address) => parseCursors(queryOf(address).getAll('after')))).toEqual(cursors);
  expect(tailAddresses([])).toEqual([]);
  for (const text of ['1:2', '0:1:loss', '1:-2:loss', '1:99999999999:loss', 'a:1:loss', '1:1:', ''])
    expect(parseCursors([text])).toEqual([]);
});
