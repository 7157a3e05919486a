import { environment } from '@sae-lab/command-line';
import type { Reporter } from '../report/events.ts';
import { jsonProgress } from '../report/json-lines.ts';
import { plainProgress } from '../report/plain-progress.ts';
import { terminalProgress } from '../report/terminal-progress.ts';

/** Progress goes to standard error: as bars on a terminal that can redraw them, else as lines. */
export function progressReporter({ json }: { json: boolean }): Reporter {
  if (process.stderr.isTTY && environment('TERM') !== 'dumb') return terminalProgress();
  return json ? jsonProgress(process.stderr) : plainProgress(process.stderr);
}
