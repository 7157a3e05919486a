import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describeValue, SaeLabError } from '@sae-lab/errors';

const ANY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** For an option: an IP address. */
export function addressOf(given: string, field: string): string {
  if (isIP(given) !== 0) return given;
  throw new SaeLabError('cli.usage', {
    problem: 'is not an IP address',
    field,
    expected: 'an address of this machine, or 0.0.0.0 for all of them',
    received: describeValue(given),
  });
}

/** For an option: ranges of addresses, separated by commas. */
export function rangesOf(given: string, field: string): readonly string[] {
  return given.split(',').map((range) => {
    const [address = '', bits = '', ...rest] = range.trim().split('/');
    const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
    if (most > 0 && rest.length === 0 && /^\d+$/.test(bits) && Number(bits) <= most) return range.trim();
    throw new SaeLabError('cli.usage', {
      problem: 'is not a range of addresses',
      field,
      expected: 'e.g. 10.0.0.0/16, or 10.0.0.7/32 for one machine',
      received: describeValue(range),
    });
  });
}

/**
 * The network that an address of this machine is in.
 *
 * @throws {SaeLabError} `cli.usage` for 0.0.0.0 and for addresses of other machines
 */
export function networkOfAddress(host: string): readonly string[] {
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ address }) => address === host);
  if (found?.cidr != null) return [found.cidr];
  if (ANY_ADDRESS.has(host)) {
    throw new SaeLabError('cli.usage', {
      problem: `is missing: --host ${host} is in every network of this machine`,
      field: '--allow',
      expected: 'the addresses that may connect, e.g. 10.0.0.0/16',
    });
  }
  throw new SaeLabError('cli.usage', {
    problem: 'is not an address of this machine',
    field: '--host',
    expected: `one of ${ownAddresses().join(', ')}`,
    received: describeValue(host),
  });
}

/** Those that other machines may reach. */
function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address);
}
