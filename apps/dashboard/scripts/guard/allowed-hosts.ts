import { describeValue, SaeLabError } from '@sae-lab/errors';

/** A name or address with an optional port: `[::1]:4242`, `localhost`, `127.0.0.1:80`. */
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d{1,5})?$/i;
/** As messages name them. */
export const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

/**
 * Whether to answer a request for this `Host`, or from the host of an `Origin`. Any web page can point its own host
 * name at this machine, and the browser would let it read what is served here. So the dashboard answers only loopback
 * names and those given at the start. The port does not matter: a tunnel may change it.
 */
export function isAllowedHost(host: string | undefined, allowed: readonly string[]): boolean {
  const name = HOST.exec(host ?? '')?.[1];
  if (name === undefined) return false;
  const plain = withoutDot(name.toLowerCase());
  return LOOPBACK.test(plain) || allowed.includes(plain);
}

/** Whether a `Host` header names this machine by a loopback name. */
export function isLoopbackHost(host: string | undefined): boolean {
  return isAllowedHost(host, []);
}

/**
 * The address at which a connection arrived, as a `Host` header has it. A page cannot point a name at it and keep the
 * address as its host, so answering it is safe.
 */
export function ownAddress(localAddress: string | undefined): readonly string[] {
  if (localAddress === undefined) return [];
  const plain = localAddress.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');
  return [plain.includes(':') ? `[${plain}]` : plain];
}

/**
 * Parses a comma-separated list of host names.
 *
 * @throws {SaeLabError} `cli.usage`
 */
export function allowedHosts(list: string, field: string): readonly string[] {
  const names = list.split(',').map((name) => name.trim());
  return names.filter(Boolean).map((given) => {
    if (HOST.exec(given)?.[1] === given) return withoutDot(given.toLowerCase());
    throw new SaeLabError('cli.usage', {
      problem: 'is not a host name',
      field,
      expected: 'a name or address without scheme and port, e.g. lab.example',
      received: describeValue(given),
      fix: 'Write the name alone.',
    });
  });
}

function withoutDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
