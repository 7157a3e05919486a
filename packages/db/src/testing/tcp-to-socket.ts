import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

/** Forwards a TCP port to a Unix socket. Returns the port and a function that closes it. */
export async function tcpToSocket(socketPath: string, address: string) {
  const server = createServer((client) => {
    const socket = connect(socketPath);
    for (const end of [client, socket]) end.on('error', () => {});
    client.pipe(socket).pipe(client);
  });
  server.listen(0, address);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
}
