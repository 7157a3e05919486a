import { formatBytes } from '@sae-lab/hub';
import type { DownloadProgress } from '@sae-lab/core/activations';
import type { Reporter, SweepEvent } from './events.ts';
import { timeLeft } from './time-left.ts';

const SHOWN_BYTES = 1_000_000;

/** How far a download is, e.g. `120 MB of 281 MB, 24.1 MB/s, 7 s left`. */
export function downloadText({
  bytes,
  totalBytes,
  bytesPerSecond,
  secondsLeft,
}: Extract<SweepEvent, { type: 'download.progress' }>): string {
  const rate = `${formatBytes(Math.round(bytesPerSecond))}/s`;
  return `${formatBytes(bytes)} of ${formatBytes(totalBytes)}, ${rate}, ${timeLeft(secondsLeft)}`;
}

/** Reports the progress of downloads as events of a sweep. */
export function downloadReporter(reporter: Reporter): (progress: DownloadProgress) => void {
  return ({ bytes, totalBytes, bytesPerSecond, secondsLeft = null }) => {
    // Files in the cache are reported without a rate, and small files are not worth a line.
    if (bytesPerSecond === 0 || totalBytes < SHOWN_BYTES) return;
    reporter.report({ type: 'download.progress', bytes, totalBytes, bytesPerSecond, secondsLeft });
  };
}
