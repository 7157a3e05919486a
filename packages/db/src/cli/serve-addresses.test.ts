import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { networkOfAddress } from './serve-addresses.ts';

test('knows the networks of this machine only', () => {
  const [loopback] = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ address }) => address === '127.0.0.1');
  expect(networkOfAddress('127.0.0.1')).toEqual([loopback!.cidr]);
  expect(() => networkOfAddress('0.0.0.0')).toThrow(/^--allow: is missing/);
  // Reserved for documentation (RFC 5737).
  expect(() => networkOfAddress('203.0.113.1')).toThrow(
    /^--host: is not an address of this machine.*received "203\.0\.113\.1"/s,
  );
});
