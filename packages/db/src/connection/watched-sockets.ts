import { connect, Socket } from 'node:net';

/** Where a socket leads: an address of the network, or a Unix socket. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

/** The sockets of one connection pool. */
export interface WatchedSockets {
  /** Begins to connect a new one. What is written to it meanwhile is sent later. */
  open(): Socket;
  /** Ends those that are left. */
  close(): void;
}

interface Traffic {
  read: number;
  written: number;
  /** When bytes were last read or written. */
  at: number;
  /** Whether something was written that may not have been answered. */
  asks: boolean;
}

/** The system asks a silent peer whether it lives after this time, and gives up after ten more seconds. */
export const KEEP_ALIVE_SECONDS = 10;
const CHECKS = 10;

/**
 * Makes sockets that end when their server cannot be reached any more. By default the system repeats unanswered packets for
 * a quarter of an hour, and asks no silent peer meanwhile: behind a cut cable, a query would wait as long. Node has no
 * `TCP_USER_TIMEOUT`. So if something was sent and nothing comes for a while, the server is connected again; if that fails,
 * the waiting sockets end, and the driver reports their queries as failed. A slow query of a server that answers continues.
 *
 * @param patience milliseconds that an answer may take before the server is tried, and that this may take
 */
export function watchedSockets(
  address: Address,
  { quietMs = 10_000, connectMs = 5_000 }: { quietMs?: number; connectMs?: number } = {},
): WatchedSockets {
  const sockets = new Map<Socket, Traffic>();
  let timer: NodeJS.Timeout | undefined;
  let trying = false;
  const look = (): void => {
    let waits = false;
    for (const [socket, traffic] of sockets) {
      if (socket.destroyed) {
        sockets.delete(socket);
        continue;
      }
      const { bytesRead: read, bytesWritten: written } = socket;
      const now = performance.now();
      // Bytes that were read and written since the last look came in an unknown order.
      if (written !== traffic.written) Object.assign(traffic, { written, read, at: now, asks: true });
      else if (read !== traffic.read) Object.assign(traffic, { read, at: now, asks: false });
      waits ||= isLate(socket, traffic);
    }
    if (sockets.size === 0) stop();
    if (waits && !trying) void tryServer();
  };
  const isLate = (socket: Socket, { at, asks }: Traffic): boolean =>
    asks && !socket.connecting && performance.now() - at >= quietMs;
  const tryServer = async (): Promise<void> => {
    trying = true;
    const answers = await canConnect(address, connectMs);
    trying = false;
    for (const [socket, traffic] of sockets) {
      const isAnswered = socket.bytesRead !== traffic.read;
      if (isAnswered || !isLate(socket, traffic)) continue;
      // What was sent has arrived, or the system has been told that it was in vain.
      if (answers) traffic.asks = false;
      else socket.destroy();
    }
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    open() {
      const socket = new Socket();
      sockets.set(socket, { read: 0, written: 0, at: performance.now(), asks: false });
      if ('path' in address) return socket.connect(address.path);
      timer ??= setInterval(look, quietMs / CHECKS).unref();
      socket.once('connect', () => socket.setKeepAlive(true, 1000 * KEEP_ALIVE_SECONDS));
      // The driver names them in its errors, and checks a certificate for this host.
      return Object.assign(socket, address).connect(address);
    },
    close() {
      stop();
      for (const socket of sockets.keys()) socket.destroy();
      sockets.clear();
    },
  };
}

function canConnect(address: Address, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const end = (answers: boolean): void => {
      clearTimeout(late);
      socket.destroy();
      resolve(answers);
    };
    const late = setTimeout(end, withinMs, false).unref();
    socket.once('connect', () => end(true));
    socket.on('error', () => end(false));
  });
}
