import type { IncomingMessage } from 'node:http';
import { isAllowedHost, LOOPBACK_NAMES, ownAddress } from './allowed-hosts.ts';
import { shown, type Refusal } from './refusal.ts';

/** Longest path with its query. The dashboard's own links are far shorter. */
const LONGEST_URL = 4000;

/**
 * Refuses what is sent to another name, sent by a page of another site, or cannot be an address of the dashboard.
 *
 * @param allowed host names in addition to the loopback names and the address that the request arrived at
 */
export function refuseAddress(request: IncomingMessage, allowed: readonly string[]): Refusal | undefined {
  const { headers, headersDistinct, url = '' } = request;
  const names = [...allowed, ...ownAddress(request.socket.localAddress)];
  const [host, ...others] = headersDistinct['host'] ?? [];
  if (others.length > 0 || !isAllowedHost(host, names)) return wrongHost([host, ...others], allowed);
  const { origin } = headers;
  if (origin !== undefined && !isAllowedHost(/^https?:\/\/(.*)$/.exec(origin)?.[1], names)) {
    return { status: 403, text: `The dashboard does not answer requests from pages of ${shown(origin)}.` };
  }
  // Browsers say where a request comes from. Links to the dashboard may come from anywhere; parts of other pages may not.
  const site = headers['sec-fetch-site'];
  if ((site === 'cross-site' || site === 'same-site') && headers['sec-fetch-mode'] !== 'navigate') {
    return { status: 403, text: 'The dashboard does not answer requests from other pages.' };
  }
  if (url.length > LONGEST_URL) {
    return { status: 414, text: `The address is too long. Expected at most ${LONGEST_URL} characters.` };
  }
  if (!isReadable(url)) {
    return { status: 400, text: `The address cannot be read: ${shown(url)}. The list of sweeps is at /.` };
  }
  return undefined;
}

function wrongHost(received: readonly (string | undefined)[], allowed: readonly string[]): Refusal {
  const text = [
    'The dashboard does not answer requests for this host name.',
    `Expected ${[...LOOPBACK_NAMES, ...allowed].join(', ')}.`,
    `Received ${received.map(shown).join(' and ')}.`,
    'Use one of these names, or start the dashboard with `pnpm dashboard --allow-host <name>`.',
  ];
  return { status: 403, text: text.join('\n') };
}

/**
 * Whether a URL is an absolute path of percent-encoded UTF-8, without control characters, backslashes, and segments that
 * lead upwards or to another host.
 */
function isReadable(url: string): boolean {
  if (!url.startsWith('/') || url.startsWith('//')) return false;
  try {
    const path = decodeURIComponent(url.split(/[?#]/)[0]!);
    // oxlint-disable-next-line no-control-regex
    return !/[\u0000-\u001f\u007f\\]/.test(path) && !path.split('/').some((part) => /^\.\.?$/.test(part));
  } catch {
    return false;
  }
}
