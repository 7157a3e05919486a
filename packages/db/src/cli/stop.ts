// Stops the embedded Postgres: `pnpm db:stop [--data DIR]`. The next command starts it again.
import { SaeLabError } from '@sae-lab/errors';
import { stopEmbedded } from '../embedded/server.ts';
import { stopViewOf } from '../embedded/view.ts';
import { databaseArguments, runCommand } from './arguments.ts';

await runCommand(async () => {
  const { dataDir, rest } = databaseArguments();
  if (rest.length > 0) {
    throw new SaeLabError('db.bad-argument', {
      problem: 'there is no such argument',
      field: rest[0] as string,
      expected: '--data DIR',
      fix: 'Leave it out.',
    });
  }
  const stopped = (await stopViewOf(dataDir)) || (await stopEmbedded(dataDir));
  console.log(stopped ? `Stopped the database of ${dataDir}.` : `No database of ${dataDir} is running.`);
  return 0;
});
