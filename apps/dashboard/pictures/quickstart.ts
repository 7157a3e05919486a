import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { follow, take } from './take.ts';

const SIZE = { width: 1440, height: 900 };
/** The run of the second picture. */
const RUN = { variant: 'gated', coefficient: 'l1=2.5', hook: 'blocks.4.hook_mlp_out', seed: 1 };

/** The pictures of README.md: the sweep of the quickstart, and one of its runs in dark. */
export async function takeQuickstart(page: Page, address: string): Promise<void> {
  await page.setViewportSize(SIZE);
  await page.goto(address);
  await follow(page, 'quickstart');
  await page.getByRole('heading', { name: 'Sparsity and fidelity' }).waitFor();
  await take(page, 'sweep', SIZE);

  const { variant, coefficient, hook, seed } = RUN;
  const row = page
    .getByRole('table', { name: 'Runs' })
    .getByRole('row')
    .filter({ hasText: new RegExp(`${variant}\\s*${coefficient}\\s*${hook}\\s*${seed}`) });
  await row.getByRole('link').first().click();
  await page.waitForURL(/\/runs\/\d+$/);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('canvas').first().waitFor();
  await take(page, 'run', SIZE);
  await page.emulateMedia({ colorScheme: 'light' });
}

/**
 * The picture of docs/reports.md.
 *
 * @param folder that `pnpm report quickstart` wrote
 */
export async function takeReport(page: Page, folder: string): Promise<void> {
  await page.goto(pathToFileURL(join(folder, 'index.html')).href);
  await take(page, 'report', { width: 1280, height: 1000 });
}
