// Stops the embedded Postgres: `pnpm db:stop [--data DIR]`. The next command starts it again.
import { readArguments } from '@sae-lab/command-line';
import { stopEmbedded } from '../embedded/server.ts';
import { stopViewOf } from '../embedded/view.ts';
import { dataFolder, runCommand } from './arguments.ts';

const USAGE = 'usage: pnpm db:stop [--data DIR]: stops the database of a data folder';

await runCommand(async () => {
  const read = readArguments(process.argv.slice(2), { name: 'pnpm db:stop', options: { data: 'text' } });
  if (read === undefined) {
    console.log(USAGE);
    return 0;
  }
  const dataDir = dataFolder(read.options.data);
  const stopped = (await stopViewOf(dataDir)) || (await stopEmbedded(dataDir));
  console.log(stopped ? `Stopped the database of ${dataDir}.` : `No database of ${dataDir} is running.`);
  return 0;
});
