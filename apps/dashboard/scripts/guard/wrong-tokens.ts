import { isIPv6 } from 'node:net';

interface Record {
  wrong: number;
  /** When its wrong tokens are forgotten, in ms. */
  until: number;
}

/** Counts wrong tokens by address, in bounded memory. */
export class WrongTokens {
  /** Wrong tokens that one address may send within the window. */
  static readonly MOST = 10;
  static readonly WINDOW_MS = 60_000;
  static readonly MOST_ADDRESSES = 10_000;
  // In order of insertion: the first is the oldest.
  readonly #records = new Map<string, Record>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get size(): number {
    return this.#records.size;
  }

  /** Seconds until the address may try again; 0 if it may now. */
  waitOf(address: string): number {
    const record = this.#records.get(networkOf(address));
    if (record === undefined || record.wrong < WrongTokens.MOST) return 0;
    return Math.max(0, Math.ceil((record.until - this.#now()) / 1000));
  }

  add(address: string): void {
    const key = networkOf(address);
    const record = this.#records.get(key);
    if (record !== undefined && record.until > this.#now()) {
      record.wrong += 1;
      return;
    }
    this.#records.delete(key);
    this.#records.set(key, { wrong: 1, until: this.#now() + WrongTokens.WINDOW_MS });
    if (this.#records.size <= WrongTokens.MOST_ADDRESSES) return;
    // Every record lives equally long, so the first one ends first.
    const [oldest] = this.#records.keys();
    this.#records.delete(oldest!);
  }
}

/** One IPv6 host has all addresses of its /64. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const groups = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(Math.max(0, 8 - groups.length - last.length)).fill('0');
  return [...groups, ...zeros, ...last].slice(0, 4).join(':');
}
