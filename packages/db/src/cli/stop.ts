// Stops the embedded Postgres: `pnpm db:stop [--data-dir DIR]`. The next command starts it again.
import { stopEmbedded } from '../embedded/server.ts';
import { databaseArguments, runCommand } from './arguments.ts';

await runCommand(async () => {
  const { dataDir } = databaseArguments();
  const stopped = await stopEmbedded(dataDir);
  console.log(stopped ? `Stopped the database of ${dataDir}.` : `No database of ${dataDir} is running.`);
  return 0;
});
