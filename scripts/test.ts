/**
 * `pnpm test [vitest arguments]`: every test, then one line that counts them, from the runner's own report.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numFailedTestSuites: number;
  success: boolean;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sae-lab-test-'));
const file = join(folder, 'report.json');

const { status } = spawnSync(
  process.execPath,
  [
    '--import',
    new URL('outlive-readers.mjs', import.meta.url).href,
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);

let failed = true;
try {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  // A file that cannot be loaded has no test to fail; it counts as one all the same.
  const failures = Math.max(report.numFailedTests, report.success ? 0 : 1);
  if (report.numPendingTests > 0)
    console.log(`${report.numPendingTests} skipped, each for the reason printed`);
  console.log(`${report.numPassedTests} passed, ${failures} failed`);
  failed = failures > 0 || report.numPassedTests === 0;
} catch (error) {
  console.error(`the test runner left no report: ${String(error)}`);
  console.log('0 passed, 1 failed');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? status || 1 : (status ?? 1));
