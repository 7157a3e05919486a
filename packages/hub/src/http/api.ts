import type { HubSettings } from '../settings.ts';
import { requestWhole } from './request.ts';
import type { RequestSubject } from './response-error.ts';
import { withRetries } from './transient.ts';

/** Arguments for every call to `@huggingface/hub`: the address, and a fetch that retries and throws typed errors. */
export interface ApiAccess {
  readonly hubUrl: string;
  readonly fetch: typeof fetch;
}

/** Prepares calls to the hub's API about a repository. The fetch adds the token; the library never sees it. */
export function apiAccess(settings: HubSettings, subject: RequestSubject, signal?: AbortSignal): ApiAccess {
  return {
    hubUrl: settings.endpoint,
    fetch: (url, init = {}) =>
      withRetries(settings.retry, signal, () =>
        requestWhole(settings, {
          url: url instanceof Request ? url.url : url.toString(),
          subject,
          signal,
          headers: { accept: 'application/json', ...withoutToken(init.headers) },
          ...(init.method !== undefined && { method: init.method }),
          ...(init.body != null && { body: init.body as string | Blob }),
        }),
      ),
  };
}

/** The library's own header would also go to the storage host, which refuses it. */
function withoutToken(given: RequestInit['headers']): Record<string, string> {
  const headers = new Headers(given);
  headers.delete('authorization');
  return Object.fromEntries(headers);
}
