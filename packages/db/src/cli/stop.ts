// `pnpm db:stop`
import { runMain } from '@sae-lab/command-line';
import { forgetNetwork } from '../embedded/served-network.ts';
import { stopEmbedded } from '../embedded/server.ts';
import { stopViewOf } from '../embedded/view.ts';
import { stopCommand } from './commands.ts';

await runMain(stopCommand, async ({ options: { data } }) => {
  const stopped = (await stopViewOf(data)) || (await stopEmbedded(data));
  await forgetNetwork(data);
  console.log(stopped ? `Stopped the database of ${data}.` : `No database of ${data} is running.`);
});
