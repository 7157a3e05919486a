import { SaeLabError } from '@sae-lab/errors';
import type { HubSettings } from '../settings.ts';
import { nameOf, responseError, type RequestSubject } from './response-error.ts';
import { TransientFailure } from './transient.ts';

export interface HubRequest {
  readonly url: string;
  readonly subject: RequestSubject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** @default 'GET' */
  readonly method?: string;
  readonly body?: string | Blob;
}

/** A response with status 2xx. */
export interface HubResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The final address, after redirects. */
  readonly url: string;
  /** Iterates over the body. Stopping early closes the connection. */
  chunks(): AsyncGenerator<Uint8Array>;
  /** Closes the connection without reading the body. */
  cancel(): void;
}

const MOST_REDIRECTS = 8;
/** Bytes per second. A slower upload counts as stalled: fetch does not tell how much it has sent. */
const SLOWEST_UPLOAD = 50_000;
const USER_AGENT = `sae-lab/0.1.0; node/${process.versions.node}`;

/**
 * Sends a request and follows redirects. The token is sent only to the hub, never to the storage host that it
 * redirects to.
 *
 * @throws {TransientFailure} for failures that a retry may fix
 * @throws {SaeLabError} those of {@link responseError}; the signal's reason if it is aborted
 */
export async function request(settings: HubSettings, asked: HubRequest): Promise<HubResponse> {
  const { subject, signal, method = 'GET', body } = asked;
  const size = typeof body === 'string' ? body.length : (body?.size ?? 0);
  const watch = watchdog(settings.timeout + size / SLOWEST_UPLOAD, signal);
  let url = asked.url;
  try {
    for (let redirects = 0; ; redirects++) {
      const response = await fetch(url, {
        method,
        ...(body !== undefined && { body }),
        headers: headersFor(settings, url, asked.headers),
        redirect: 'manual',
        signal: watch.signal,
      });
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && location !== null) {
        await response.body?.cancel();
        if (redirects === MOST_REDIRECTS) {
          throw new SaeLabError('hub.unexpected-answer', {
            problem: 'the hub redirects endlessly',
            field: nameOf(subject.repository),
            received: url,
            fix: `Check that ${settings.endpoint} is a Hugging Face hub (HF_ENDPOINT).`,
          });
        }
        url = new URL(location, url).href;
        continue;
      }
      if (!response.ok) {
        await response.body?.cancel();
        throw responseError(settings, subject, response.status, response.headers);
      }
      watch.rest();
      return {
        status: response.status,
        headers: response.headers,
        url,
        chunks: () => chunksOf(response, watch, settings, asked),
        cancel: () => watch.stop(),
      };
    }
  } catch (error) {
    watch.stop();
    throw failureOf(error, settings, asked);
  }
}

/** Sends a request and reads the whole body, so that a retry covers both. */
export async function requestWhole(settings: HubSettings, asked: HubRequest): Promise<Response> {
  const response = await request(settings, asked);
  const parts: Uint8Array[] = [];
  for await (const chunk of response.chunks()) parts.push(chunk);
  return new Response(Buffer.concat(parts), { status: response.status, headers: response.headers });
}

/** Offset in the file at which a body starts; 0 if the server ignored the range. */
export function bodyStart({ status, headers }: HubResponse): number {
  if (status !== 206) return 0;
  return Number(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1] ?? Number.NaN);
}

async function* chunksOf(
  response: Response,
  watch: Watchdog,
  settings: HubSettings,
  asked: HubRequest,
): AsyncGenerator<Uint8Array> {
  if (response.body === null) return watch.stop();
  // Not `for await`: it would cancel the body when the reader stops early, which fails if the signal was aborted before.
  const reader = response.body.getReader();
  try {
    for (;;) {
      watch.wake();
      const { done, value } = await reader.read();
      watch.rest();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw failureOf(error, settings, asked);
  } finally {
    // Also if the reader stopped early: the connection must not stay open.
    watch.stop();
  }
}

function headersFor(
  { endpoint, token }: HubSettings,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const isHub = new URL(url).origin === new URL(endpoint).origin;
  return {
    'user-agent': USER_AGENT,
    // Lengths and ranges must be those of the file, not of a compressed body.
    'accept-encoding': 'identity',
    ...headers,
    ...(isHub && token !== undefined && { authorization: `Bearer ${token}` }),
  };
}

interface Watchdog {
  readonly signal: AbortSignal;
  /** Starts the timer; the request fails unless `rest` or `stop` is called in time. */
  wake(): void;
  rest(): void;
  /** Closes the connection. */
  stop(): void;
}

class Stalled extends Error {}

function watchdog(seconds: number, outer: AbortSignal | undefined): Watchdog {
  const controller = new AbortController();
  const signal = outer === undefined ? controller.signal : AbortSignal.any([controller.signal, outer]);
  let timer: NodeJS.Timeout | undefined;
  const rest = (): void => clearTimeout(timer);
  const wake = (): void => {
    rest();
    timer = setTimeout(() => controller.abort(new Stalled()), seconds * 1000);
  };
  wake();
  return {
    signal,
    wake,
    rest,
    stop() {
      rest();
      controller.abort();
    },
  };
}

function failureOf(error: unknown, settings: HubSettings, { subject, signal }: HubRequest): unknown {
  signal?.throwIfAborted();
  if (error instanceof SaeLabError || error instanceof TransientFailure) return error;
  const host = new URL(settings.endpoint).host;
  const reason = new SaeLabError('hub.unreachable', {
    problem: `${host} cannot be reached`,
    field: nameOf(subject.repository),
    received: networkReason(error, settings.timeout),
    fix: proxyAdvice() ?? 'Check the network, or set HF_HUB_OFFLINE=1 to use only the cache.',
    cause: error,
  });
  return isPermanent(error) ? reason : new TransientFailure(reason);
}

function networkReason(error: unknown, seconds: number): string {
  if (error instanceof Stalled) return `no data for ${seconds} s`;
  const { message, cause } = error as Error;
  if (cause instanceof Stalled) return `no data for ${seconds} s`;
  const { code, message: inner } = (cause ?? {}) as { code?: string; message?: string };
  return [code, inner === undefined || inner === '' ? message : inner].filter(Boolean).join(': ');
}

/** A retry does not help with an untrusted certificate. */
function isPermanent(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as { code?: string };
  return code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code);
}

function proxyAdvice(): string | undefined {
  const { env } = process;
  const proxy = env.HTTPS_PROXY ?? env.https_proxy;
  return proxy !== undefined && env.NODE_USE_ENV_PROXY !== '1'
    ? 'Set NODE_USE_ENV_PROXY=1 to make Node use HTTPS_PROXY.'
    : undefined;
}
