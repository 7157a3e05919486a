import type { Reporter } from 'vitest/node';

const SHOWN = 15;

/** Prints the files that took longest, at the end of a run of many. */
const slowFilesReporter: Reporter = {
  onTestRunEnd(modules) {
    if (modules.length <= SHOWN) return;
    const files = modules.map((module) => {
      const { duration, collectDuration } = module.diagnostic();
      return { path: module.relativeModuleId, seconds: (duration + collectDuration) / 1000 };
    });
    const total = files.reduce((sum, { seconds }) => sum + seconds, 0);
    console.log(
      `\nThe ${SHOWN} slowest of ${files.length} files, which took ${total.toFixed(0)} s together:`,
    );
    for (const { path, seconds } of files.toSorted((a, b) => b.seconds - a.seconds).slice(0, SHOWN)) {
      console.log(`${seconds.toFixed(1).padStart(7)} s  ${path}`);
    }
  },
};

export default slowFilesReporter;
