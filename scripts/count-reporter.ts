import type { Reporter, TestModule } from 'vitest/node';

/** What the last line counts. A run that reports nothing failed. */
let counts = { passed: 0, failed: 1, skipped: 0 };

/**
 * Prints `N passed, N failed` as the last line of a test run, however the process ends. A run without a passed test fails.
 */
const countReporter: Reporter = {
  onInit() {
    process.once('exit', () => {
      const { passed, failed, skipped } = counts;
      if (skipped > 0) console.log(`${skipped} skipped`);
      console.log(`${passed} passed, ${failed} failed`);
      if (failed > 0 || passed === 0) process.exitCode ||= 1;
    });
  },
  onTestRunEnd(modules, unhandledErrors, reason) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string): number => tests.filter((test) => test.result().state === state).length;
    // A file that cannot be loaded, or an error outside of a test, counts as one failure.
    const failedFiles = modules.filter(failsOutsideTests).length + unhandledErrors.length;
    const failed = inState('failed') + failedFiles;
    counts = {
      passed: inState('passed'),
      failed: Math.max(failed, reason === 'passed' ? 0 : 1),
      skipped: inState('skipped'),
    };
  },
};

function failsOutsideTests(module: TestModule): boolean {
  return module.state() === 'failed' && ![...module.children.allTests('failed')].length;
}

export default countReporter;
