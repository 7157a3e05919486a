import type { Page } from 'playwright-core';
import { scrollCost } from './main-thread.ts';
import { medianMs, report, reportScroll } from './report.ts';

/** Filters and order of a list that reads and sorts every latent of the SAE. */
const LIST = 'sort=max_activation&q=sparse&from=0.0001';

function after(value: number, latent: number): string {
  return encodeURIComponent(JSON.stringify({ value, latent }));
}

/** The path of the page after the first thousand. */
async function laterPage(first: string): Promise<string> {
  const { next } = (await (await fetch(`${first}&limit=1000`)).json()) as { next: string };
  const { pathname, search } = new URL(`${first}&cursor=${next}`);
  return pathname + search;
}

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
    ['by probing score', 'sort=probing_score', 100],
    ['searched, filtered and sorted', LIST, 200],
  ] as const) {
    const ms = await medianMs(() => read(`/api/runs/${runId}/latents?${query}`));
    report({ case: `latent list ${name}, first page`, ms, bar: `≤ ${most} ms`, holds: ms <= most });
  }
  // Each is a page between the others.
  for (const [name, path] of [
    ['latent list by max cosine', `/api/runs/${runId}/latents?sort=max_cosine&after=${after(0.5, 8000)}`],
    [
      'latent list by probing score',
      `/api/runs/${runId}/latents?sort=probing_score&after=${after(0.7, 8000)}`,
    ],
    [
      'API latents by probing score',
      await laterPage(`${url}/api/v1/runs/${runId}/latents?sort=probingScore`),
    ],
  ] as const) {
    const ms = await medianMs(() => read(path));
    report({ case: `${name}, later page`, ms, bar: '≤ 50 ms', holds: ms <= 50 });
  }
  await page.goto(`${url}/runs/${runId}/latents`, { waitUntil: 'networkidle' });
  reportScroll(`/runs/${runId}/latents`, await scrollCost(page, '[role=grid]'), 25);
}
