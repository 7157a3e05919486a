import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';

/** Which idle session the next transaction gets: the last used one, or each in turn. */
export type Order = 'last' | 'in turn';

const USER = 'sae_lab';
const READY = 'Z'.charCodeAt(0);
const SYNC = 'S'.charCodeAt(0);
const QUERY = 'Q'.charCodeAt(0);
const TERMINATE = 'X'.charCodeAt(0);

interface Backend {
  socket: Socket;
  /** The server's messages at login. */
  greeting: Buffer;
  client: Client | undefined;
}

interface Client {
  socket: Socket;
  backend: Backend | undefined;
  /** The number of unanswered requests. */
  open: number;
  waiting: Buffer[];
}

/**
 * A minimal connection pooler in transaction mode: each transaction of a client goes to an idle session.
 *
 * @returns its port, and a function to stop it
 */
export async function startPooler(socketPath: string, size: number, order: Order) {
  const backends = await Promise.all(Array.from({ length: size }, () => openBackend(socketPath)));
  const idle = [...backends];
  const queue: Client[] = [];

  const assign = (): void => {
    while (queue.length > 0 && idle.length > 0) {
      const client = queue.shift()!;
      const backend = (order === 'last' ? idle.pop() : idle.shift())!;
      client.backend = backend;
      backend.client = client;
      for (const message of client.waiting.splice(0)) backend.socket.write(message);
    }
  };
  const release = (client: Client): void => {
    if (client.backend === undefined) return;
    client.backend.client = undefined;
    idle.push(client.backend);
    client.backend = undefined;
    assign();
  };
  for (const backend of backends) {
    eachMessage(backend.socket, (message) => {
      const { client } = backend;
      client?.socket.write(message);
      if (client === undefined || message[0] !== READY) return;
      client.open -= 1;
      if (client.open === 0 && message[5] === 'I'.charCodeAt(0)) release(client);
    });
  }

  // Without the delay that joins small messages: each answer of a transaction would wait 40 ms for it.
  const server = createServer({ noDelay: true }, (socket) => {
    const client: Client = { socket, backend: undefined, open: 0, waiting: [] };
    socket.on('error', () => {});
    socket.on('close', () => release(client));
    socket.once('data', (startup) => {
      // Clients first request TLS, which is declined.
      if (startup.readInt32BE(4) === 80_877_103) {
        socket.write('N');
        return socket.once('data', () => greet());
      }
      return greet();
    });
    const greet = (): void => {
      socket.write(backends[0]!.greeting);
      eachMessage(socket, (message) => {
        if (message[0] === TERMINATE) return void socket.end();
        if (message[0] === SYNC || message[0] === QUERY) client.open += 1;
        if (client.backend) return void client.backend.socket.write(message);
        client.waiting.push(message);
        if (client.waiting.length === 1) queue.push(client);
        assign();
      });
    };
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      for (const { socket, client } of backends) {
        socket.destroy();
        client?.socket.destroy();
      }
      server.close();
    },
  };
}

async function openBackend(socketPath: string): Promise<Backend> {
  const socket = connect(socketPath);
  socket.on('error', () => {});
  const settings = Buffer.from(`user\0${USER}\0database\0postgres\0client_encoding\0UTF8\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + settings.length, 0);
  head.writeInt32BE(196_608, 4);
  socket.write(Buffer.concat([head, settings]));
  const greeting: Buffer[] = [];
  await new Promise<void>((resolve) => {
    const stop = eachMessage(socket, (message) => {
      greeting.push(message);
      if (message[0] !== READY) return;
      stop();
      resolve();
    });
  });
  return { socket, greeting: Buffer.concat(greeting), client: undefined };
}

/** Calls back for each message: a letter, the length of the rest, the rest. Returns a function to stop. */
function eachMessage(socket: Socket, onMessage: (message: Buffer) => void): () => void {
  let unread = Buffer.alloc(0);
  const read = (chunk: Buffer): void => {
    unread = Buffer.concat([unread, chunk]);
    while (unread.length >= 5 && unread.length > unread.readInt32BE(1)) {
      const message = unread.subarray(0, unread.readInt32BE(1) + 1);
      unread = unread.subarray(message.length);
      onMessage(message);
    }
  };
  socket.on('data', read);
  return () => void socket.off('data', read);
}
