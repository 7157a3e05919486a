import type { IncomingMessage } from 'node:http';
import { isAllowedHost } from './allowed-hosts.ts';

/** Longest path with its query; what the dashboard links to is far below. */
const LONGEST_URL = 4000;
/** Nothing can be changed through the dashboard. */
export const METHODS = ['GET', 'HEAD'];

export interface Refusal {
  readonly status: number;
  readonly text: string;
}

/** Why a request is not answered; undefined if it is. */
export function refuse(request: IncomingMessage, allowed: readonly string[]): Refusal | undefined {
  const { headers, headersDistinct, method = '', url = '' } = request;
  const { origin } = headers;
  const [host, ...others] = headersDistinct['host'] ?? [];
  if (others.length > 0 || !isAllowedHost(host, allowed)) return wrongHost([host, ...others], allowed);
  if (origin !== undefined && !isAllowedHost(/^https?:\/\/(.*)$/.exec(origin)?.[1], allowed)) {
    return { status: 403, text: `The dashboard does not answer pages of ${shown(origin)}.` };
  }
  if (!METHODS.includes(method)) {
    const text = `The dashboard can only be read. Expected ${METHODS.join(' or ')}, received ${method}.`;
    return { status: 405, text };
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
    'The dashboard does not answer under this host name.',
    `Expected ${['127.0.0.1', 'localhost', '[::1]', ...allowed].join(', ')}.`,
    `Received ${received.map(shown).join(' and ')}.`,
    'Use one of these names, or start it with `pnpm dashboard --allow-host <name>`.',
  ];
  return { status: 403, text: text.join('\n') };
}

/** A path from the root whose percent signs stand for UTF-8, without control characters. */
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
