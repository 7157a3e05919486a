import type { ServerResponse } from 'node:http';

/** Counts the requests of each client that are being answered, streams of events among them. */
export class OpenRequests {
  /** That one client may have at a time. A page has one stream, and browsers send six requests at once. */
  static readonly MOST = 200;
  readonly #open = new Map<string, number>();

  /** Counts a request until its response ends. @returns whether the client may have one more */
  begin(network: string, response: ServerResponse): boolean {
    const open = this.#open.get(network) ?? 0;
    if (open >= OpenRequests.MOST) return false;
    this.#open.set(network, open + 1);
    response.once('close', () => {
      const left = this.#open.get(network)! - 1;
      if (left > 0) this.#open.set(network, left);
      else this.#open.delete(network);
    });
    return true;
  }
}
