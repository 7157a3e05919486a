// `pnpm dashboard`: builds the dashboard where it must, starts the database, and serves until Ctrl-C.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { outliveReaders } from '@sae-lab/command-line';
import { openDatabase } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { buildDashboard } from './build.ts';
import { guardedServer } from './guard.ts';
import { listen } from './listen.ts';
import { HELP, parseOptions } from './options.ts';

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  outliveReaders();
  const options = parseOptions(process.argv.slice(2), projectRoot);
  if (!options) return void process.stdout.write(`${HELP}\n`);
  process.on('SIGINT', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));

  await buildDashboard(projectRoot, say);
  // The server below, a bundle, reads the database, but cannot start one: its programs are found from packages/db.
  const database = await openDatabase({ dataDir: options.dataDir, access: 'read', onNotice: say });
  await database.close();
  Object.assign(process.env, {
    DATABASE_URL: database.url,
    SAE_LAB_DATA: options.dataDir,
    NODE_ENV: 'production',
  });

  // Whoever comes before it is ready waits.
  const prepared = Promise.withResolvers<RequestHandler>();
  const server = guardedServer(
    options.allowedHosts,
    (request, response) => void prepared.promise.then((handle) => handle(request, response)),
  );
  const port = await listen(server, options.port);
  // Not imported before NODE_ENV is set, on which React's build depends.
  const { default: next } = await import('next');
  const app = next({
    dev: false,
    dir: fileURLToPath(new URL('..', import.meta.url)),
    hostname: '127.0.0.1',
    port,
  });
  await app.prepare();
  prepared.resolve(app.getRequestHandler());
  process.stdout.write(
    `The dashboard is at http://127.0.0.1:${port}  (data: ${options.dataDir}; Ctrl-C stops it)\n`,
  );
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SaeLabError)) throw error;
  say(`error ${error.code}\n${error.message}`);
  process.exit(error.code === 'cli.usage' ? 2 : 1);
}
