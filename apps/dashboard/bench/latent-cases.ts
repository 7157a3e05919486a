import type { Page } from 'playwright-core';
import { scrollCost } from './main-thread.ts';
import { medianMs, report, reportScroll } from './report.ts';

/** Filters and order of a list that reads and sorts every latent of the SAE. */
const LIST = 'sort=max_activation&q=sparse&from=0.0001';

/** Measures the pages of a described SAE: the server's answers, and the list in Chromium. */
export async function latentCases(url: string, page: Page, runId: number): Promise<void> {
  let latent = 0;
  const read = async (path: string): Promise<void> => {
    const answer = await fetch(url + path);
    await answer.text();
    if (!answer.ok) throw new Error(`${path} answers with ${answer.status}`);
  };
  // Another latent each time, in the order that costs most.
  const pageMs = await medianMs(() => read(`/runs/${runId}/latents/${(latent += 101)}?sort=max_cosine`));
  report({ case: 'latent page', ms: pageMs, bar: '≤ 50 ms', holds: pageMs <= 50 });
  for (const [name, query, most] of [
    ['by density', '', 100],
    ['searched, filtered and sorted', LIST, 200],
  ] as const) {
    const ms = await medianMs(() => read(`/api/runs/${runId}/latents?${query}`));
    report({ case: `latent list ${name}, first page`, ms, bar: `≤ ${most} ms`, holds: ms <= most });
  }
  await page.goto(`${url}/runs/${runId}/latents`, { waitUntil: 'networkidle' });
  reportScroll(`/runs/${runId}/latents`, await scrollCost(page, '[role=grid]'), 25);
}
