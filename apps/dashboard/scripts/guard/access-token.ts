import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * The one secret that opens a dashboard on a network. Only its hash is kept: neither memory nor the data folder can give
 * it away.
 */
export class AccessToken {
  readonly #hash: Buffer;
  /** Of the cookie: each token has its own, so that a cookie of an earlier token does not count as a wrong one. */
  readonly cookieName: string;

  /** @param hash sha256 of the token in hex */
  constructor(hash: string) {
    this.#hash = Buffer.from(hash, 'hex');
    this.cookieName = `sae-lab-${hashOf(`cookie ${hash}`).slice(0, 12)}`;
  }

  /** Takes the same time for every text of a length: hashes of equal length are compared. */
  matches(given: string): boolean {
    return timingSafeEqual(Buffer.from(hashOf(given), 'hex'), this.#hash);
  }
}

/** The sha256 of a token in hex. A token has 256 random bits, so no slower hash is needed. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
