import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterEach } from 'vitest';

export interface PageOptions extends BrowserContextOptions {
  /** Instead of the dashboard's address. */
  readonly base?: string;
}

/**
 * Opens pages in separate contexts, which end with their test. A test fails if one of its pages logs an error or a warning.
 *
 * @param site of the running dashboard
 */
export function pagesOf(
  site: () => { readonly browser: Browser; readonly url: string },
  timeoutMs: number = 20_000,
): {
  readonly newPage: (path: string, options?: BrowserContextOptions) => Promise<Page>;
  readonly open: (path: string, options?: PageOptions) => Promise<Page>;
  /** What pages have logged so far; a test that expects something takes it out. */
  readonly complaints: string[];
} {
  const complaints: string[] = [];
  afterEach(async () => {
    await Promise.all(
      site()
        .browser.contexts()
        .map((context) => context.close()),
    );
    const said = complaints.splice(0);
    if (said.length > 0) throw new Error(`the browser complained:\n${said.join('\n')}`);
  });
  const newPage = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    // Chromium takes its language from the environment, which may be one that Intl does not know.
    const context = await site().browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'en-US',
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(timeoutMs);
    page.on('pageerror', (error) => complaints.push(`${path}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        complaints.push(`${path}: ${message.text()}`);
    });
    return page;
  };
  return {
    complaints,
    newPage,
    async open(path, { base = site().url, ...options } = {}) {
      const page = await newPage(path, options);
      await page.goto(base + path, { waitUntil: 'networkidle' });
      return page;
    },
  };
}
