import type { HubSettings } from '../settings.ts';
import { requestWhole } from './request.ts';
import type { RequestSubject } from './response-error.ts';
import { withRetries } from './transient.ts';

/** What every call of `@huggingface/hub` is given: the address, and a fetch that retries and throws typed errors. */
export interface ApiAccess {
  readonly hubUrl: string;
  readonly fetch: typeof fetch;
}

/** Access to the hub's API for a request about a repository. The token is added here, not by the library. */
export function apiAccess(settings: HubSettings, subject: RequestSubject, signal?: AbortSignal): ApiAccess {
  return {
    hubUrl: settings.endpoint,
    fetch: (url) =>
      withRetries(settings.retry, signal, () =>
        requestWhole(settings, {
          url: url instanceof Request ? url.url : url.toString(),
          subject,
          signal,
          headers: { accept: 'application/json' },
        }),
      ),
  };
}
