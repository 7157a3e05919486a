import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { launchBrowser } from '../tests/browser.ts';
import { startDashboard } from '../tests/start-dashboard.ts';
import { latentCases } from './latent-cases.ts';
import { scrollCost } from './main-thread.ts';
import { report, reportScroll } from './report.ts';

type Box = NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>;

const LOADS = 5;
const HOVERS = 120;
/** As many as `timeFrames` takes. */
const FRAMES = 120;
const PLAIN_LIST = `<div id="list" style="height:800px;overflow:auto">${'<p>A line of plain text</p>'.repeat(2000)}</div>`;

/** Measures the pages of all runs and of latents in Chromium, and the memory of their server after that. */
export async function pageCases(dataDir: string, describedRun: number): Promise<void> {
  const dashboard = await startDashboard(['--data', dataDir, '--port', '0']);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
    const loads: number[] = [];
    for (let load = -1; load < LOADS; load++) {
      const start = performance.now();
      await page.goto(`${dashboard.url}/runs`);
      // Usable: the page answers the keyboard.
      await page.getByRole('grid', { name: 'Runs' }).waitFor();
      await pressUntilActive(page);
      if (load >= 0) loads.push(performance.now() - start);
    }
    const usable = loads.toSorted((a, b) => a - b)[Math.floor(LOADS / 2)]!;
    report({ case: '/runs usable in Chromium', ms: usable, bar: '≤ 1000 ms', holds: usable <= 1000 });

    const table = await scrollCost(page, '[role=grid]');
    reportScroll('/runs', table, 25);
    await page.goto(`${dashboard.url}/runs?group=configuration&color=explained_variance`);
    await page.getByRole('treegrid', { name: 'Runs' }).waitFor();
    reportScroll('/runs in groups with colours', await scrollCost(page, '[role=treegrid]'), 25);

    const ids = Array.from({ length: 50 }, (_, index) => 1 + index);
    await page.goto(`${dashboard.url}/compare?runs=${ids.join()}&view=curves&by=configuration`);
    const chart = page.locator('.u-over');
    await chart.waitFor();
    const hover = await hoverAndTimeFrames(page, (await chart.boundingBox())!);
    report({ case: 'p95 frame while hovering 50 curves', ms: hover, bar: '≤ 25 ms', holds: hover <= 25 });

    await latentCases(dashboard.url, page, describedRun);

    // What this machine gives a list of plain text, to compare with.
    await page.goto('about:blank');
    await page.setContent(PLAIN_LIST);
    reportScroll('plain text', await scrollCost(page, '#list'));

    const bytes = residentBytes(dashboard.pid);
    if (bytes !== undefined) {
      report({ case: 'server memory', bytes, bar: '≤ 400 MB', holds: bytes <= 400e6 });
    }
  } finally {
    await browser.close();
    await dashboard.stop();
  }
}

async function pressUntilActive(page: Page): Promise<void> {
  const active = page.locator('[role=grid][aria-activedescendant]');
  for (;;) {
    await page.keyboard.press('j');
    if (await active.count()) return;
  }
}

/** The same while the pointer moves over a chart, so that cursor and legend follow. */
async function hoverAndTimeFrames(page: Page, { x, y, width, height }: Box): Promise<number> {
  const times = page.evaluate(timeFrames);
  for (let step = 0; step < HOVERS; step++)
    await page.mouse.move(x + (width * (step + 1)) / (HOVERS + 2), y + height * (0.3 + (step % 20) / 50));
  return (await times).toSorted((a, b) => a - b)[Math.floor(FRAMES * 0.95)]!;
}

async function timeFrames(): Promise<number[]> {
  const times: number[] = [];
  let before = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
  // 120 frames take two seconds, as the movements do.
  while (times.length < 120) {
    const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    times.push(now - before);
    before = now;
  }
  return times;
}

/** Undefined where the system does not say. */
function residentBytes(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
