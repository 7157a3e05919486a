import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A fault to inject into the next requests with a matching path. */
export interface Fault {
  readonly path: RegExp;
  /** Number of requests to affect. @default 1 */
  readonly times?: number;
  readonly effect: FaultEffect;
}

export type FaultEffect =
  /** Responds with a status instead of the file. */
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Closes the connection after this many bytes of the body. */
  | { readonly kind: 'drop'; readonly afterBytes: number }
  /** Ends the body early, with a matching Content-Length. */
  | { readonly kind: 'shorter'; readonly bytes: number }
  /** Sends more bytes than the file has. */
  | { readonly kind: 'longer' }
  /** Changes one byte. */
  | { readonly kind: 'corrupt' }
  /** Ignores the range and sends the whole file. */
  | { readonly kind: 'no-range' }
  /** Sends the body in small parts with pauses. */
  | { readonly kind: 'slow'; readonly bytes: number; readonly milliseconds: number }
  /** Sends nothing after this many bytes and keeps the connection open. */
  | { readonly kind: 'stall'; readonly afterBytes: number };

/** Sends a body with the effect of a fault. */
export async function sendFaulty(
  response: ServerResponse,
  headers: Record<string, string | number>,
  status: number,
  body: Buffer,
  effect: FaultEffect | undefined,
): Promise<void> {
  const sent = changed(body, effect);
  response.writeHead(status, { ...headers, 'content-length': announced(body, sent, effect) });
  if (effect?.kind === 'drop') {
    // Close the connection in order, so that the bytes sent so far arrive.
    response.write(sent.subarray(0, effect.afterBytes), () => response.socket?.end());
  } else if (effect?.kind === 'stall') {
    response.write(sent.subarray(0, effect.afterBytes));
  } else if (effect?.kind === 'slow') {
    for (let at = 0; at < sent.length && !response.destroyed; at += effect.bytes) {
      response.write(sent.subarray(at, at + effect.bytes));
      await sleep(effect.milliseconds);
    }
    response.end();
  } else {
    response.end(sent);
  }
}

function changed(body: Buffer, effect: FaultEffect | undefined): Buffer {
  if (effect?.kind === 'shorter') return body.subarray(0, effect.bytes);
  if (effect?.kind === 'longer') return Buffer.concat([body, Buffer.from('more')]);
  if (effect?.kind !== 'corrupt') return body;
  const copy = Buffer.from(body);
  copy[copy.length >> 1]! ^= 1;
  return copy;
}

function announced(body: Buffer, sent: Buffer, effect: FaultEffect | undefined): number {
  return effect?.kind === 'shorter' || effect?.kind === 'longer' ? sent.length : body.length;
}
