import type { Database, Db } from '@sae-lab/db';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchBrowser } from './browser.ts';
import { pagesOf, type PageOptions } from './pages.ts';
import { startDashboard, type RunningDashboard } from './start-dashboard.ts';

/** Building the dashboard and training a sweep take minutes on a busy machine. */
const START_MS = 300_000;

interface Options {
  /** Fills the database before the dashboard starts. */
  readonly prepare?: (server: TestDatabase) => Promise<void>;
  /** Of `pnpm dashboard`, next to the data folder and a free port. */
  readonly args?: readonly string[];
  readonly environment?: Record<string, string>;
}

/** The dashboard of a test file on its own database. Its members are set once the tests run. */
export interface DashboardOfFile {
  readonly database: Database;
  readonly db: Db;
  readonly sql: Database['sql'];
  readonly dataDir: string;
  /** E.g. `http://127.0.0.1:40123`. */
  readonly url: string;
  stop(): Promise<void>;
  /** Starts it again under the same address. */
  start(): Promise<void>;
}

/** The same with a browser. */
export interface SiteOfFile extends DashboardOfFile {
  /** A page in a separate browser context, which ends with the test. */
  readonly newPage: (path: string, options?: BrowserContextOptions) => Promise<Page>;
  /** The same, once it has loaded. */
  readonly open: (path: string, options?: PageOptions) => Promise<Page>;
  /** What pages have logged so far; a test that expects something takes it out. */
  readonly complaints: string[];
}

/**
 * Gives a test file a running dashboard on a real, empty Postgres: started before its tests, stopped and removed after
 * them.
 */
export function setUpDashboard({ prepare, args = [], environment }: Options = {}): DashboardOfFile {
  let server: TestDatabase | undefined;
  let running: RunningDashboard | undefined;
  let url = '';
  const start = async (): Promise<void> => {
    const port = url === '' ? '0' : new URL(url).port;
    running = await startDashboard(['--data', server!.dataDir, '--port', port, ...args], environment);
    ({ url } = running);
  };
  const stop = async (): Promise<void> => {
    await running?.stop();
    running = undefined;
  };
  beforeAll(async () => {
    server = await openTestDatabase();
    await prepare?.(server);
    await start();
  }, START_MS);
  afterAll(async () => {
    await stop();
    await server?.stop();
  });
  return {
    get database() {
      return server!.database;
    },
    get db() {
      return server!.database.db;
    },
    get sql() {
      return server!.database.sql;
    },
    get dataDir() {
      return server!.dataDir;
    },
    get url() {
      return url;
    },
    start,
    stop,
  };
}

/**
 * {@link setUpDashboard} with a real browser. A test fails if one of its pages logs an error or a warning.
 *
 * @param timeoutMs how long a page waits for what a test expects of it
 * @example
 * const site = setUpSite({ prepare: ({ dataDir }) => trainTinySweep(dataDir) });
 * test('…', async () => {
 *   const page = await site.open('/sweeps/1');
 *   await page.getByRole('heading', { name: 'tiny' }).waitFor();
 * });
 */
export function setUpSite(options: Options = {}, timeoutMs?: number): SiteOfFile {
  let browser: Browser | undefined;
  const dashboard = setUpDashboard(options);
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  const pages = pagesOf(() => ({ browser: browser!, url: dashboard.url }), timeoutMs);
  return Object.assign(dashboard, pages);
}
