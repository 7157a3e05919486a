import { fileURLToPath } from 'node:url';
import type { Page, ViewportSize } from 'playwright-core';

const FOLDER = fileURLToPath(new URL('../../../docs/images/', import.meta.url));

export function follow(page: Page, name: string): Promise<void> {
  return page.getByRole('link', { name, exact: true }).first().click();
}

/** The top of the page, without a pointer over it. */
export async function take(page: Page, name: string, size: ViewportSize): Promise<void> {
  const before = page.viewportSize()!;
  await page.setViewportSize(size);
  await page.mouse.move(0, 0);
  await page.evaluate(async () => {
    window.scrollTo(0, 0);
    await document.fonts.ready;
  });
  await page.screenshot({ path: `${FOLDER}${name}.png` });
  await page.setViewportSize(before);
}
