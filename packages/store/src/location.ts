import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeValue, SaeLabError } from '@sae-lab/errors';

/** A place for files that all machines reach. */
export type StoreLocation =
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string }
  | { readonly kind: 'folder'; readonly folder: string };

const EXPECTED = '`s3://bucket/prefix`, or the absolute path of a folder';

/**
 * Reads SAE_LAB_STORE. A prefix has no slash at its ends.
 *
 * @throws {SaeLabError} `store.bad-location`. The message never repeats credentials.
 *
 * @example
 * parseLocation('s3://lab/sae'); // { kind: 's3', bucket: 'lab', prefix: 'sae' }
 */
export function parseLocation(given: string): StoreLocation {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(given)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    // Elsewhere it would be another folder. An address without its scheme looks like one, too.
    if (!isAbsolute(given)) throw bad('is a relative path', describeValue(given));
    return { kind: 'folder', folder: resolve(given) };
  }
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    throw bad('is not an address', `an address that starts with ${scheme}://`);
  }
  if (url.username !== '' || url.password !== '') {
    throw bad('contains credentials', 'an address with a user or a password', CREDENTIALS);
  }
  if (scheme === 'file') {
    try {
      return { kind: 'folder', folder: resolve(fileURLToPath(url)) };
    } catch {
      throw bad('names a folder of another machine', describeValue(`file://${url.host}${url.pathname}`));
    }
  }
  if (scheme !== 's3') throw bad('is not an address of a store', `an address that starts with ${scheme}://`);
  if (url.search !== '' || url.hash !== '') throw bad('has a part after ? or #', 'one', CREDENTIALS);
  const bucket = url.host;
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw bad('names no valid bucket', describeValue(bucket));
  }
  const prefix = decoded(url.pathname).replaceAll(/^\/+|\/+$/g, '');
  if (/\/\/|(^|\/)\.{1,2}(\/|$)/.test(prefix)) throw bad('has an invalid prefix', describeValue(prefix));
  return { kind: 's3', bucket, prefix };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw bad('has an invalid prefix', describeValue(path), 'Write a % as %25.');
  }
}

const CREDENTIALS =
  'Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL_S3 instead, or AWS_PROFILE.';

function bad(problem: string, received: string, fix?: string): SaeLabError {
  return new SaeLabError('store.bad-location', {
    problem,
    field: 'SAE_LAB_STORE',
    expected: EXPECTED,
    received,
    ...(fix !== undefined && { fix }),
  });
}
