import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';

/** A TCP port of a database that listens on a Unix socket. It can fall silent, as behind a cut cable. */
export interface Proxy {
  readonly url: string;
  /** Passes nothing on any more, and ends no connection. */
  fallSilent(): void;
  /** Resolves when no client has a connection any more. Until then something is sent to each. */
  clientsGone(): Promise<void>;
  close(): void;
}

/** @param url of a database, with the folder of its socket as `host` */
export async function startProxy(url: string): Promise<Proxy> {
  const socket = join(new URL(url).searchParams.get('host')!, '.s.PGSQL.5432');
  const clients = new Set<Socket>();
  let isSilent = false;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    clients.add(client);
    client.on('error', () => {}).on('close', () => clients.delete(client));
    if (isSilent) return;
    const upstream = connect(socket);
    upstream.on('error', () => {}).on('end', () => isSilent || client.end());
    client.on('data', (data) => isSilent || upstream.write(data)).on('end', () => isSilent || upstream.end());
    upstream.on('data', (data) => isSilent || client.write(data));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `postgres://sae_lab@127.0.0.1:${(server.address() as AddressInfo).port}/postgres`,
    fallSilent: () => void (isSilent = true),
    async clientsGone() {
      // The first one is answered with a reset by the system, and the next one fails.
      const knocking = setInterval(() => clients.forEach((client) => client.write('too late')), 10);
      await Promise.all([...clients].map((client) => new Promise((gone) => client.once('close', gone))));
      clearInterval(knocking);
    },
    close() {
      server.close();
      for (const client of clients) client.destroy();
    },
  };
}
