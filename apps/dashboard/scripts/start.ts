// `pnpm dashboard`: builds the dashboard if its sources changed, starts the database and serves until Ctrl-C.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { EXIT_OF_SIGNAL, PROJECT_ROOT, runMain } from '@sae-lab/command-line';
import { openDatabase } from '@sae-lab/db';
import { buildDashboard } from './build.ts';
import { command, hostsOfEnvironment } from './command.ts';
import { guardedServer } from './guard.ts';
import { listen } from './listen.ts';

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

await runMain(command, async ({ options: { data, port: asked, allowHost = [] } }) => {
  const allowedHosts = [...allowHost, ...hostsOfEnvironment()];
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => process.exit(EXIT_OF_SIGNAL[signal]));
  }

  await buildDashboard(PROJECT_ROOT, say);
  // The bundled server below cannot start a database: Postgres's programs are found from packages/db.
  const database = await openDatabase({ dataDir: data, access: 'read', onNotice: say });
  await database.close();
  Object.assign(process.env, {
    DATABASE_URL: database.url,
    SAE_LAB_DIRECT_URL: database.directUrl ?? '',
    SAE_LAB_DATA: data,
    NODE_ENV: 'production',
  });

  // Requests that arrive before Next is ready wait for it.
  const prepared = Promise.withResolvers<RequestHandler>();
  const server = guardedServer(
    allowedHosts,
    (request, response) => void prepared.promise.then((handle) => handle(request, response)),
  );
  const port = await listen(server, asked);
  // Imported only now: React chooses its build by NODE_ENV.
  const { default: next } = await import('next');
  const app = next({
    dev: false,
    dir: fileURLToPath(new URL('..', import.meta.url)),
    hostname: '127.0.0.1',
    port,
  });
  await app.prepare();
  prepared.resolve(app.getRequestHandler());
  process.stdout.write(`The dashboard is at http://127.0.0.1:${port}  (data: ${data}; Ctrl-C stops it)\n`);
});
// A failed start leaves a server or a database connection behind, which would keep the process alive.
if (process.exitCode !== 0) process.exit();
