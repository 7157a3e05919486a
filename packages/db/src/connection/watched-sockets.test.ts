import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { watchedSockets } from './watched-sockets.ts';

/** A server that reads nothing and answers nothing, as behind a cut cable. */
async function silentServer() {
  const accepted: Socket[] = [];
  const server: Server = createServer((socket) => void accepted.push(socket.pause()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of accepted) socket.destroy();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

async function watchedSocket(port: number) {
  const sockets = watchedSockets({ host: '127.0.0.1', port }, { quietMs: 50 });
  onTestFinished(() => sockets.close());
  const socket = sockets.open();
  await once(socket, 'connect');
  return { sockets, socket };
}

test('ends a socket that waits for a server that cannot be reached any more', async () => {
  const { server, port } = await silentServer();
  const { socket } = await watchedSocket(port);
  socket.write('a question');
  // What is connected stays; nobody else gets in.
  server.close();
  await once(socket, 'close');
  expect(socket.destroyed).toBe(true);
});

test('lets a socket wait for a server that can be reached, once it has tried', async () => {
  const { server, port } = await silentServer();
  const { socket } = await watchedSocket(port);
  socket.write('a slow question');
  const [trial] = (await once(server, 'connection')) as [Socket];
  await once(trial.resume(), 'close');
  expect(socket.destroyed).toBe(false);
});

test('ends every socket when it is closed, also one whose server does not end it', async () => {
  const { port } = await silentServer();
  const { sockets, socket } = await watchedSocket(port);
  sockets.close();
  expect(socket.destroyed).toBe(true);
});
