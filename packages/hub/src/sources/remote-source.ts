import { SaeLabError } from '@sae-lab/errors';
import type { HubFile, RepositoryListing } from '../hub-file.ts';
import { bodyStart, request, type HubResponse } from '../http/request.ts';
import { nameOf } from '../http/response-error.ts';
import { TransientFailure, patience } from '../http/transient.ts';
import { resolveUrl } from '../repository.ts';
import type { HubSettings } from '../settings.ts';
import type { ByteSource } from './byte-source.ts';

/**
 * Reads a file on the hub with range requests, without storing it. A broken connection is reopened at the byte where it
 * broke.
 */
export function remoteSource(
  settings: HubSettings,
  { repository, revision, commit }: RepositoryListing,
  { path, size }: HubFile,
): ByteSource {
  const subject = { repository, revision, path };
  const resolve = resolveUrl(settings.endpoint, repository, commit, path);
  const name = `${nameOf(repository)}, ${path}`;
  // The redirect is resolved once: every request to the hub counts against the rate limit.
  let storage: string | undefined;

  const ask = async (start: number, end: number, signal?: AbortSignal): Promise<HubResponse> => {
    const headers = { range: `bytes=${start}-${end - 1}` };
    const direct = storage;
    try {
      const response = await request(settings, { url: direct ?? resolve, subject, headers, signal });
      storage = response.url;
      return response;
    } catch (error) {
      // The signed storage address may have expired.
      if (direct === undefined || direct === resolve || !(error instanceof SaeLabError)) throw error;
      storage = undefined;
      return ask(start, end, signal);
    }
  };

  return {
    name,
    path,
    size,
    async *stream({ start = 0, end = size } = {}, signal) {
      const attempts = patience(settings.retry, signal);
      let at = start;
      while (at < end) {
        try {
          const response = await ask(at, end, signal);
          let skip = at - bodyStart(response);
          if (!(skip >= 0)) {
            response.cancel();
            throw new TransientFailure(cutShort(name, end, at));
          }
          for await (const chunk of response.chunks()) {
            const part = chunk.subarray(Math.min(skip, chunk.length), skip + end - at);
            skip -= Math.min(skip, chunk.length);
            if (part.length === 0) continue;
            at += part.length;
            attempts.succeeded();
            yield part;
            if (at >= end) return;
          }
          if (at < end) throw new TransientFailure(cutShort(name, end, at));
        } catch (error) {
          if (!(error instanceof TransientFailure)) throw error;
          await attempts.failed(error);
        }
      }
    },
  };
}

function cutShort(name: string, end: number, at: number): SaeLabError {
  return new SaeLabError('hub.damaged-download', {
    problem: 'the hub sent too few bytes',
    field: name,
    expected: `bytes up to ${end}`,
    received: `bytes up to ${at}`,
    fix: 'Try again later. If it keeps failing, a proxy may be altering the file.',
  });
}
