import { relative } from 'node:path';
import { EXIT, printError } from '@sae-lab/command-line';
import { openDatabase } from '@sae-lab/db';
import { dashboardCommand } from '../report/dashboard-command.ts';
import { openSharedFiles } from '../shared/shared-files.ts';
import { ingestSpool, type Ingested } from '../spool/ingest-spool.ts';
import { listenForStops } from './stop-signals.ts';

/** @returns the exit code: 1 if lines or files of a result could not be used */
export async function ingest(folder: string, dataDir: string): Promise<number> {
  const database = await openDatabase({ dataDir, onNotice: say });
  const stops = listenForStops(
    say,
    'Stopping. The same command continues where it stopped. Press Ctrl-C again if the store does not answer.',
  );
  try {
    const shared = await openSharedFiles(database, { dataDir, giveUp: stops.signals.kill });
    try {
      const found = await ingestSpool(folder, { database, dataDir, shared, signal: stops.signals.stop });
      tell(folder, found);
      say(`Compare the runs in the browser: ${dashboardCommand(dataDir)}`);
      return found.incomplete || found.damaged.length > 0 ? EXIT.failed : EXIT.done;
    } finally {
      shared.close();
    }
  } catch (error) {
    const stopped = stops.exitCode();
    if (stopped === undefined) throw error;
    if ((error as Error).name !== 'AbortError') printError(error);
    return stopped;
  } finally {
    await database.close();
    stops.close();
  }
}

function tell(folder: string, { statuses, busy, badLines, damaged }: Ingested): void {
  for (const { file, line, reason } of badLines) say(`${relative(folder, file)}:${line} ${reason}`);
  for (const error of damaged) printError(error);
  const tally = Object.entries(statuses).map(([status, count]) => `${count} ${status}`);
  say(`${tally.join(', ')}.`);
  if (busy > 0) say(`Another process works on ${busy} of them. Run the same command again later.`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
