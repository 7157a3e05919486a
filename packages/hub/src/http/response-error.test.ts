import { describe, expect, it } from 'vitest';
import { hubSettings } from '../settings.ts';
import { responseError } from './response-error.ts';
import { TransientFailure } from './transient.ts';

const settings = hubSettings({ HF_HOME: '/no-such-home' });
const repository = { type: 'model', id: 'org/tiny' } as const;
const errorFor = (status: number, headers: Record<string, string>, path?: string) =>
  responseError(settings, { repository, ...(path !== undefined && { path }) }, status, new Headers(headers));

describe('responseError', () => {
  it.each([
    [401, { 'x-error-message': 'Invalid username or password.' }, undefined, 'hub.unknown-repository'],
    [401, { 'x-error-message': 'Invalid credentials in Authorization header' }, undefined, 'hub.bad-token'],
    [401, { 'x-error-code': 'GatedRepo' }, 'a.json', 'hub.gated'],
    [403, { 'x-error-code': 'GatedRepo' }, 'a.json', 'hub.gated'],
    [403, { 'x-error-message': 'Access to this resource is disabled.' }, undefined, 'hub.forbidden'],
    [404, { 'x-error-code': 'RepoNotFound' }, undefined, 'hub.unknown-repository'],
    [404, { 'x-error-code': 'RevisionNotFound' }, undefined, 'hub.unknown-revision'],
    [404, { 'x-error-code': 'EntryNotFound' }, 'a.json', 'hub.unknown-file'],
    [404, {}, undefined, 'hub.unknown-repository'],
    [404, {}, 'a.json', 'hub.unexpected-answer'],
    [400, {}, undefined, 'hub.unexpected-answer'],
  ])('maps status %i with %j (path %s) to %s', (status, headers, path, code) => {
    expect(errorFor(status, headers as Record<string, string>, path)).toMatchObject({ code });
  });

  it.each([
    [408, {}, undefined, 'hub.unavailable'],
    [500, {}, undefined, 'hub.unavailable'],
    [503, { 'retry-after': '7' }, 7, 'hub.unavailable'],
    [429, {}, undefined, 'hub.rate-limited'],
    [429, { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 0, 'hub.rate-limited'],
    [429, { ratelimit: '"api";r=0;t=55' }, 55, 'hub.rate-limited'],
    [429, { ratelimit: '"api";r=3;t=55' }, undefined, 'hub.rate-limited'],
  ])('allows a retry of status %i with %j after %s s', (status, headers, wait, code) => {
    const failure = errorFor(status, headers);
    if (!(failure instanceof TransientFailure)) throw failure;
    expect(failure.wait).toBe(wait);
    expect(failure.reason.code).toBe(code);
  });
});
