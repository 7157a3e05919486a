import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Something that goes wrong for the next requests whose path matches. */
export interface Fault {
  readonly path: RegExp;
  /** Requests that it happens to. @default 1 */
  readonly times?: number;
  readonly effect: FaultEffect;
}

export type FaultEffect =
  /** An answer instead of the file. */
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The connection breaks after this many bytes of the body. */
  | { readonly kind: 'drop'; readonly afterBytes: number }
  /** The body ends early, and Content-Length agrees with it. */
  | { readonly kind: 'shorter'; readonly bytes: number }
  /** More bytes than the file has. */
  | { readonly kind: 'longer' }
  /** One byte is wrong. */
  | { readonly kind: 'corrupt' }
  /** The whole file in answer to a range. */
  | { readonly kind: 'no-range' }
  /** A part of the body at a time, with pauses. */
  | { readonly kind: 'slow'; readonly bytes: number; readonly milliseconds: number }
  /** Nothing more after this many bytes, and the connection stays open. */
  | { readonly kind: 'stall'; readonly afterBytes: number };

/** Sends a body as the fault would have it. */
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
    // An orderly end of the connection, so that what was sent arrives.
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
