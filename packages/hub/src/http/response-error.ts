/** Turns responses with an error status into typed errors. */
import { SaeLabError } from '@sae-lab/errors';
import { pageOf, type Repository } from '../repository.ts';
import type { HubSettings } from '../settings.ts';
import { TransientFailure } from './transient.ts';

/** What a request is about, for error messages. */
export interface RequestSubject {
  readonly repository: Repository;
  readonly revision?: string;
  readonly path?: string;
}

/** Names a repository in messages, e.g. `dataset OWNER/NAME`. */
export function nameOf({ type, id }: Repository): string {
  return `${type} ${id}`;
}

/** How to get access with a token. */
function tokenAdvice(settings: HubSettings): string {
  return settings.token === undefined
    ? `Create a token at ${settings.endpoint}/settings/tokens, then set HF_TOKEN or write it to ${settings.tokenFile}.`
    : 'Check that the token in HF_TOKEN (or in the token file) has access.';
}

/** The error for a response whose status is not 2xx. */
export function responseError(
  settings: HubSettings,
  subject: RequestSubject,
  status: number,
  headers: Headers,
): SaeLabError | TransientFailure {
  const { repository, revision, path } = subject;
  const code = headers.get('x-error-code');
  const message = headers.get('x-error-message') ?? '';
  const said = message === '' ? `status ${status}` : `status ${status}: ${message}`;
  const error = (of: SaeLabError['code'], problem: string, fix: string, expected?: string): SaeLabError =>
    new SaeLabError(of, {
      problem,
      field: path === undefined ? nameOf(repository) : `${nameOf(repository)}, ${path}`,
      ...(expected !== undefined && { expected }),
      received: said,
      fix,
    });

  if (status === 408 || status === 429 || status >= 500) {
    const wait = retryAfter(headers);
    const busy = status === 429;
    return new TransientFailure(
      error(
        busy ? 'hub.rate-limited' : 'hub.unavailable',
        busy ? 'the hub limits the rate of requests' : 'the hub is temporarily unavailable',
        wait === undefined
          ? 'Try again later; downloads resume where they stopped.'
          : `Try again in ${wait} s; downloads resume where they stopped.`,
      ),
      wait,
    );
  }
  if (status === 401 && message.includes('Invalid credentials')) {
    return error(
      'hub.bad-token',
      'the hub rejected the token',
      `Create a new one at ${settings.endpoint}/settings/tokens and put it into HF_TOKEN or ${settings.tokenFile}.`,
    );
  }
  if (code === 'GatedRepo') {
    const page = pageOf(settings.endpoint, repository);
    return error(
      'hub.gated',
      'access to the repository is gated',
      settings.token === undefined
        ? `Accept the conditions at ${page}. ${tokenAdvice(settings)}`
        : `Accept the conditions at ${page} with the account that owns the token.`,
    );
  }
  if (code === 'RevisionNotFound') {
    return new SaeLabError('hub.unknown-revision', {
      problem: 'the repository has no such revision',
      field: nameOf(repository),
      expected: 'a branch, a tag or a full commit hash',
      ...(revision !== undefined && { received: revision }),
      fix: 'Correct the revision, or leave it out for main.',
    });
  }
  if (code === 'EntryNotFound') {
    return error('hub.unknown-file', 'the repository has no such file', 'Correct the path.');
  }
  if (code === 'RepoNotFound' || status === 401 || (status === 404 && path === undefined)) {
    return error(
      'hub.unknown-repository',
      'the hub has no such repository, or it is private',
      `Correct the name; a path to local files starts with . or /. For a private repository: ${tokenAdvice(settings)}`,
    );
  }
  if (status === 403) {
    return error('hub.forbidden', 'the hub denied access', tokenAdvice(settings));
  }
  return error(
    'hub.unexpected-answer',
    'the hub sent an unexpected response',
    `Check that ${settings.endpoint} is a Hugging Face hub (HF_ENDPOINT).`,
    'status 200',
  );
}

/** Seconds to wait, from `Retry-After` (a number or a date) or from the hub's `RateLimit` header. */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value !== null) {
    const seconds = Number(value);
    if (Number.isFinite(seconds)) return Math.max(0, seconds);
    const date = Date.parse(value);
    if (!Number.isNaN(date)) return Math.max(0, Math.ceil((date - Date.now()) / 1000));
  }
  const limit = /;\s*r=0\s*;\s*t=(\d+)/.exec(headers.get('ratelimit') ?? '');
  return limit === null ? undefined : Number(limit[1]);
}
