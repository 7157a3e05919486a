// `pnpm dashboard`: builds the dashboard if its sources changed, starts the database and serves until Ctrl-C.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { environment, EXIT_OF_SIGNAL, PROJECT_ROOT, runMain } from '@sae-lab/command-line';
import { openDatabase } from '@sae-lab/db';
import { cacheLimit, parseLocation } from '@sae-lab/store';
import { TextService } from '@sae-lab/text/service';
import { buildDashboard } from './build.ts';
import { command, hostsOfEnvironment, isLoopback } from './command.ts';
import { AccessToken } from './guard/access-token.ts';
import { guardedServer } from './guard/guarded-server.ts';
import { chooseToken, type ChosenToken } from './guard/stored-token.ts';
import { linkTo } from './link.ts';
import { checkAddress, listen } from './listen.ts';
import { StoredFiles } from './stored-files.ts';

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const DASHBOARD = fileURLToPath(new URL('..', import.meta.url));

const say = (line: string): void => void process.stderr.write(`${line}\n`);

await runMain(command, async ({ options }) => {
  const { data, port: asked, host, allowHost = [], trustProxy } = options;
  const allowedHosts = [...allowHost, ...hostsOfEnvironment()];
  const given = environment('SAE_LAB_DASHBOARD_TOKEN');
  // Nothing that the dashboard runs needs it.
  delete process.env['SAE_LAB_DASHBOARD_TOKEN'];
  const isClosed = !isLoopback(host) || options.token || options.newToken || given !== undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => process.exit(EXIT_OF_SIGNAL[signal]));
  }

  const location = environment('SAE_LAB_STORE');
  if (location !== undefined) parseLocation(location);
  const cacheBytes = cacheLimit(environment('SAE_LAB_STORE_CACHE'));
  await checkAddress(host, asked);
  const build = await buildDashboard(PROJECT_ROOT, DASHBOARD, say);
  // The bundled server below cannot start a database: Postgres's programs are found from packages/db.
  const database = await openDatabase({ dataDir: data, access: 'read', onNotice: say });
  await database.close();
  Object.assign(process.env, {
    DATABASE_URL: database.url,
    SAE_LAB_DIRECT_URL: database.directUrl ?? '',
    SAE_LAB_DATA: data,
    NODE_ENV: 'production',
  });
  // The bundled server asks it. It starts a process only when a page first needs one.
  const texts = new TextService({ dataDir: data, databaseUrl: database.url });
  process.on('exit', () => texts.close());
  const files =
    location && new StoredFiles({ location, cacheBytes, dataDir: data, databaseUrl: database.url });
  // next.config.ts reads the folder of the build.
  Object.assign(globalThis, {
    saeLabTexts: texts,
    saeLabBuild: build.folder,
    ...(files && { saeLabFiles: files }),
  });

  const chosen = isClosed ? chooseToken(data, given, options.newToken) : undefined;
  const token = chosen && new AccessToken(chosen.hash);
  // Requests that arrive before Next is ready wait for it.
  const prepared = Promise.withResolvers<RequestHandler>();
  const server = guardedServer(
    { allowedHosts, token, trustProxy },
    (request, response) => void prepared.promise.then((handle) => handle(request, response)),
  );
  const port = await listen(server, host, asked);
  // Imported only now: React chooses its build by NODE_ENV.
  const { default: next } = await import('next');
  const app = next({
    dev: false,
    dir: DASHBOARD,
    hostname: '127.0.0.1',
    port,
    // Next adds a listener for upgrades to its server. This one never listens: all that arrives passes the guard.
    httpServer: createServer(),
  });
  await app.prepare();
  prepared.resolve(app.getRequestHandler());
  const link = linkTo(host, port, chosen?.made);
  process.stdout.write(`The dashboard is at ${link}  (data: ${data}; Ctrl-C stops it)\n`);
  if (chosen !== undefined) say(noteOn(chosen, given !== undefined));
});

function noteOn({ made, kept }: ChosenToken, isGiven: boolean): string {
  if (isGiven) return 'Readers need the token of SAE_LAB_DASHBOARD_TOKEN.';
  if (made === undefined) {
    return 'Readers need the token that an earlier start made. `--new-token` makes another one.';
  }
  return kept
    ? 'The link has the token that readers need. It is shown this once; the next start accepts it too.'
    : 'The link has the token that readers need. The data folder cannot keep it, so the next start makes another one.';
}

// A failed start leaves a server or a database connection behind, which would keep the process alive.
if (process.exitCode !== 0) process.exit();
