import { expect, it } from 'vitest';
import { downloadReporter } from './download-text.ts';
import { plainProgress } from './plain-progress.ts';

const progress = { path: 'model.safetensors', filesDone: 0, files: 1 };

it('shows bytes, rate and time left, and nothing for files in the cache or small ones', () => {
  let text = '';
  let time = 0;
  const reporter = plainProgress({ write: (line: string) => (text += line) }, () => time);
  const report = downloadReporter(reporter);
  report({ ...progress, bytes: 2e8, totalBytes: 2e8, bytesPerSecond: 0 });
  report({ ...progress, bytes: 400, totalBytes: 400, bytesPerSecond: 1e4 });
  expect(text).toBe('');
  report({ ...progress, bytes: 1.2e8, totalBytes: 2.81e8, bytesPerSecond: 24_123_456, secondsLeft: 6.7 });
  expect(text).toBe('download: 120.0 MB of 281.0 MB, 24.1 MB/s, 0:07 left\n');
  // At most one line every five seconds.
  report({ ...progress, bytes: 1.3e8, totalBytes: 2.81e8, bytesPerSecond: 2e7 });
  time = 6000;
  report({ ...progress, bytes: 1.4e8, totalBytes: 2.81e8, bytesPerSecond: 2e7 });
  expect(text.split('\n')).toHaveLength(3);
  expect(text).toContain('140.0 MB of 281.0 MB, 20.0 MB/s, time left unknown');
});
