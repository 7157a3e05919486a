import type { Page } from 'playwright-core';
import { follow, take } from './take.ts';

const FILTER = 'promoted ~ " think" and density < 0.02';
/** The latent that the page is about, which the filter finds. */
const LATENT = 132;
const LABEL = 'the pronoun “I”';
const TEXT = 'My dear Jane, I think that I shall come to you, and I hope to find you well.';
const SIZE = { width: 1120, height: 700 };
const STEERED = 'She looked at him, and she';

/** The pictures of docs/tour.md, the way its reader goes, at the end of the tour. */
export async function takeTour(page: Page, address: string): Promise<void> {
  await page.setViewportSize(SIZE);
  await page.goto(address);
  // The sweep as it is before the reader's variant is added: the last one, where there are two.
  await page.getByRole('link', { name: 'tour', exact: true }).last().click();
  await page.getByRole('heading', { name: 'Sparsity and fidelity' }).waitFor();
  await take(page, 'tour-sweep', SIZE);

  await page.getByRole('table', { name: 'Runs' }).getByRole('link', { name: 'topk' }).first().click();
  await page.waitForURL(/\/runs\/\d+$/);
  await follow(page, 'Latents');
  await page.getByRole('grid', { name: 'Latents' }).waitFor();
  await page.getByPlaceholder('density < 0.01 and max_cosine > 0.7').fill(FILTER);
  await page.keyboard.press('Enter');
  await page.waitForURL(/filter=/);
  await page.getByText(/^1 of 512 latents/).waitFor();
  await take(page, 'tour-latents', { ...SIZE, height: 655 });

  await follow(page, String(LATENT));
  await page.getByRole('heading', { name: 'Labels and notes' }).waitFor();
  if ((await page.getByRole('heading', { name: LABEL }).count()) === 0) {
    await page.getByPlaceholder('What it fires on, in a few words').fill(LABEL);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
  }
  await page.getByRole('heading', { name: LABEL }).waitFor();
  await take(page, 'tour-latent', SIZE);

  await follow(page, 'Your own text');
  await page.getByRole('textbox', { name: 'Text' }).fill(TEXT);
  await answered(page);
  // The first answer waits for the model to load, which pictures need not show.
  await page.reload();
  await answered(page);
  await take(page, 'tour-text', { ...SIZE, height: 640 });

  await follow(page, `Steer with latent ${LATENT}`);
  await page.getByRole('heading', { name: 'Steering' }).waitFor();
  await page.getByRole('textbox', { name: 'Text' }).fill(STEERED);
  await page.getByRole('heading', { name: 'Next token' }).waitFor();
  await page.getByRole('status').filter({ hasText: '7 tokens' }).waitFor();
  await page.reload();
  await page.getByRole('status').filter({ hasText: '7 tokens' }).waitFor();
  await take(page, 'tour-steering', { ...SIZE, height: 740 });

  await page.goto(address);
  await follow(page, 'tour');
  await follow(page, 'Compare runs');
  await page.getByRole('heading', { name: 'At matched L0' }).waitFor();
  await take(page, 'tour-compare', { ...SIZE, height: 620 });

  await follow(page, 'Stability over seeds');
  await page.getByRole('link', { name: /^Seeds/ }).waitFor();
  await take(page, 'tour-stability', { ...SIZE, height: 560 });
}

/** Until the process that runs the model has answered. */
function answered(page: Page): Promise<void> {
  return page.getByRole('status').filter({ hasText: 'Took' }).waitFor();
}
