import { describeValue, SaeLabError } from '@sae-lab/errors';

/** `[::1]:4242`, `localhost`, `127.0.0.1:80`: a name or address, and perhaps a port. */
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d{1,5})?$/i;
const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

/**
 * Whether a request for this `Host` (or to the host of an `Origin`) is answered. Any web page can have a name of its
 * own lead to this machine, and would then be allowed to read what is served here: so only names that cannot lead
 * elsewhere are answered, and those that were named at the start. The port does not matter: a tunnel may change it.
 */
export function isAllowedHost(host: string | undefined, allowed: readonly string[]): boolean {
  const name = HOST.exec(host ?? '')?.[1];
  if (name === undefined) return false;
  const plain = withoutDot(name.toLowerCase());
  return LOOPBACK.test(plain) || allowed.includes(plain);
}

/**
 * Names that are to be answered, too, from a list with commas between them.
 *
 * @throws SaeLabError `cli.usage`
 */
export function allowedHosts(list: string | undefined, field: string): string[] {
  const names = (list ?? '').split(',').map((name) => name.trim());
  return names.filter(Boolean).map((given) => {
    if (HOST.exec(given)?.[1] === given) return withoutDot(given.toLowerCase());
    throw new SaeLabError('cli.usage', {
      problem: 'this is not the name of a host',
      field,
      expected: 'a name or address without scheme and port, e.g. lab.example',
      received: describeValue(given),
      fix: 'Leave out everything but the name.',
    });
  });
}

function withoutDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
