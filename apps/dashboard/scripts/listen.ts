import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { SaeLabError } from '@sae-lab/errors';
import { USUAL_PORT } from './command.ts';

const TRIES = 20;

/**
 * Listens on an address and returns the port: the one asked for, or the first free one from the usual port on.
 *
 * @throws {SaeLabError} `dashboard.port-in-use`, `dashboard.port-forbidden`, `dashboard.no-such-address`
 */
export async function listen(server: Server, address: string, asked: number | undefined): Promise<number> {
  const first = asked ?? USUAL_PORT;
  const last = asked ?? USUAL_PORT + TRIES - 1;
  for (let port = first; port <= last; port++) {
    const failure = await tryPort(server, port, address);
    if (!failure) return (server.address() as AddressInfo).port;
    if (failure.code === 'EACCES') {
      throw new SaeLabError('dashboard.port-forbidden', {
        problem: `this user may not listen on port ${port}`,
        field: '--port',
        fix: 'Choose a port from 1024 on.',
        cause: failure,
      });
    }
    if (failure.code === 'EADDRNOTAVAIL') {
      throw new SaeLabError('dashboard.no-such-address', {
        problem: 'this machine does not have this address',
        field: '--host',
        received: address,
        fix: 'Give one of its addresses, or 0.0.0.0 for all of them.',
        cause: failure,
      });
    }
    if (failure.code !== 'EADDRINUSE') throw failure;
  }
  throw new SaeLabError('dashboard.port-in-use', {
    problem: first === last ? `port ${first} is in use` : `ports ${first} to ${last} are all in use`,
    field: '--port',
    expected: 'a free port',
    fix:
      asked === undefined
        ? 'Choose a free one with --port.'
        : 'Stop the program that uses it, or leave --port out to take the next free one.',
  });
}

/**
 * Reports a port or an address that cannot be used before the build, which takes a minute.
 *
 * @throws {SaeLabError} as `listen`
 */
export async function checkAddress(address: string, asked: number | undefined): Promise<void> {
  const server = createServer();
  await listen(server, address, asked);
  server.close();
  await once(server, 'close');
}

function tryPort(server: Server, port: number, address: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const settle = (failure?: NodeJS.ErrnoException) => {
      server.off('error', settle);
      server.off('listening', settle);
      resolve(failure);
    };
    server.once('error', settle);
    server.once('listening', () => settle());
    server.listen(port, address);
  });
}
