import type { IncomingMessage } from 'node:http';
import { isAllowedHost } from './allowed-hosts.ts';

/** Longest path with its query. The dashboard's own links are far shorter. */
const LONGEST_URL = 4000;
/** What the dashboard answers everywhere. */
export const METHODS = ['GET', 'HEAD'];
/** What readers may write: views, tags, notes, and what they ask of runs and sweeps. */
const WRITABLE: readonly (readonly [path: RegExp, methods: readonly string[]])[] = [
  [/^\/api\/runs\/(views|tags)$/, ['PUT', 'DELETE']],
  [/^\/api\/runs\/requests$/, ['POST']],
  [/^\/api\/runs\/\d+$/, ['PUT']],
  [/^\/api\/runs\/\d+\/latents\/\d+\/notes$/, ['POST', 'DELETE']],
  [/^\/api\/sweeps\/\d+(\/tags)?$/, ['PUT', 'DELETE']],
  [/^\/api\/sweeps\/\d+\/cancel$/, ['POST']],
];

export interface Refusal {
  readonly status: number;
  readonly text: string;
}

/** The response to a request that is refused; undefined if it is answered. */
export function refuse(request: IncomingMessage, allowed: readonly string[]): Refusal | undefined {
  const { headers, headersDistinct, method = '', url = '' } = request;
  const { origin } = headers;
  const [host, ...others] = headersDistinct['host'] ?? [];
  if (others.length > 0 || !isAllowedHost(host, allowed)) return wrongHost([host, ...others], allowed);
  if (origin !== undefined && !isAllowedHost(/^https?:\/\/(.*)$/.exec(origin)?.[1], allowed)) {
    return { status: 403, text: `The dashboard does not answer requests from pages of ${shown(origin)}.` };
  }
  if (!METHODS.includes(method)) {
    if (!WRITABLE.some(([path, methods]) => path.test(url) && methods.includes(method))) {
      const text = `The dashboard is read-only here. Expected ${METHODS.join(' or ')}, received ${method}.`;
      return { status: 405, text };
    }
    // Browsers send the origin of every page that writes. One of another port may read, but not write.
    if (origin?.replace(/^https?:\/\//, '') !== host) {
      return { status: 403, text: 'Only the pages of this dashboard may write.' };
    }
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
    `Expected ${['127.0.0.1', 'localhost', '[::1]', ...allowed].join(', ')}.`,
    `Received ${received.map(shown).join(' and ')}.`,
    'Use one of these names, or start the dashboard with `pnpm dashboard --allow-host <name>`.',
  ];
  return { status: 403, text: text.join('\n') };
}

/** Whether a URL is an absolute path of percent-encoded UTF-8 without control characters. */
function isReadable(url: string): boolean {
  if (!url.startsWith('/')) return false;
  try {
    // oxlint-disable-next-line no-control-regex
    return !/[\u0000-\u001f\u007f]/.test(decodeURIComponent(url.split('?')[0]!));
  } catch {
    return false;
  }
}

function shown(text: string | undefined): string {
  if (text === undefined || text === '') return 'nothing';
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
