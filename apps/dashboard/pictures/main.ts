/**
 * Takes the pictures of README.md and docs from a dashboard that shows the sweeps `quickstart` and, at the end of
 * docs/tour.md, `tour`; with the folder of `pnpm report quickstart`, also that of docs/reports.md:
 *
 *     pnpm --filter @sae-lab/dashboard pictures http://127.0.0.1:4242 ../../report-quickstart
 */
import { launchBrowser } from '../tests/browser.ts';
import { takeQuickstart, takeReport } from './quickstart.ts';
import { takeTour } from './tour.ts';

const [address = 'http://127.0.0.1:4242', report] = process.argv.slice(2);
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ locale: 'en-US' });
  // The first text takes its time on a busy machine.
  page.setDefaultTimeout(120_000);
  await takeTour(page, address);
  await takeQuickstart(page, address);
  if (report !== undefined) await takeReport(page, report);
} finally {
  await browser.close();
}
