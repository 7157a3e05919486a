/**
 * Takes the pictures of docs/tour.md from a dashboard that shows its sweep, at the end of the tour and the way its reader goes:
 *
 *     pnpm --filter @sae-lab/dashboard pictures http://127.0.0.1:4242
 */
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../tests/browser.ts';

const FOLDER = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const FILTER = 'promoted ~ " think" and density < 0.02';
/** The latent that the page is about, which the filter finds. */
const LATENT = 132;
const LABEL = 'the pronoun “I”';
const TEXT = 'My dear Jane, I think that I shall come to you, and I hope to find you well.';
const STEERED = 'She looked at him, and she';

const address = process.argv[2] ?? 'http://127.0.0.1:4242';
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1120, height: 700 }, locale: 'en-US' });
  await page.goto(address);
  // The sweep as it is before the reader's variant is added: the last one, where there are two.
  await page.getByRole('link', { name: 'tour', exact: true }).last().click();
  await page.getByRole('heading', { name: 'Sparsity and fidelity' }).waitFor();
  await take(page, 'sweep');

  await page.getByRole('table', { name: 'Runs' }).getByRole('link', { name: 'topk' }).first().click();
  await page.waitForURL(/\/runs\/\d+$/);
  await follow(page, 'Latents');
  await page.getByRole('grid', { name: 'Latents' }).waitFor();
  await page.getByPlaceholder('density < 0.01 and max_cosine > 0.7').fill(FILTER);
  await page.keyboard.press('Enter');
  await page.waitForURL(/filter=/);
  await page.getByText(/^\d+ of 512 latents/).waitFor();
  await take(page, 'latents', 590);

  await follow(page, String(LATENT));
  await page.getByRole('heading', { name: 'Labels and notes' }).waitFor();
  if ((await page.getByRole('heading', { name: LABEL }).count()) === 0) {
    await page.getByPlaceholder('What it fires on, in a few words').fill(LABEL);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
  }
  await page.getByRole('heading', { name: LABEL }).waitFor();
  await take(page, 'latent');

  await follow(page, 'Your own text');
  await page.getByRole('textbox', { name: 'Text' }).fill(TEXT);
  await answered(page);
  await take(page, 'text', 640);

  await follow(page, `Steer with latent ${LATENT}`);
  await page.getByRole('heading', { name: 'Steering' }).waitFor();
  await page.getByRole('textbox', { name: 'Text' }).fill(STEERED);
  await page.getByRole('heading', { name: 'Next token' }).waitFor();
  await page.getByRole('status').filter({ hasText: '7 tokens' }).waitFor();
  await take(page, 'steering', 740);

  await page.goto(address);
  await follow(page, 'tour');
  await follow(page, 'Compare runs');
  await page.getByRole('heading', { name: 'At matched L0' }).waitFor();
  await take(page, 'compare', 620);

  await follow(page, 'Stability over seeds');
  await page.getByRole('link', { name: /^Seeds/ }).waitFor();
  await take(page, 'stability', 560);
} finally {
  await browser.close();
}

function follow(page: Page, name: string): Promise<void> {
  return page.getByRole('link', { name, exact: true }).first().click();
}

/** Until the process that runs the model has answered. */
function answered(page: Page): Promise<void> {
  return page.getByRole('status').filter({ hasText: 'Took' }).waitFor();
}

/** The top of the page, without a pointer over it. */
async function take(page: Page, name: string, height = 700): Promise<void> {
  await page.setViewportSize({ width: 1120, height });
  await page.mouse.move(0, 0);
  await page.evaluate(async () => {
    window.scrollTo(0, 0);
    await document.fonts.ready;
  });
  await page.screenshot({ path: `${FOLDER}tour-${name}.png` });
  await page.setViewportSize({ width: 1120, height: 700 });
}
