// `pnpm db:serve`
import { beforeStart, runMain } from '@sae-lab/command-line';
import { SaeLabError } from '@sae-lab/errors';
import { serveEmbedded } from '../embedded/serve.ts';
import { servedUrlFile } from '../embedded/served-network.ts';
import { serveCommand } from './commands.ts';
import { networkOfAddress } from './serve-addresses.ts';

await runMain(serveCommand, async ({ options: { host: given, port, allow, data: dataDir } }) => {
  const { host, ranges } = await beforeStart(async () => {
    if (given !== undefined) return { host: given, ranges: allow ?? networkOfAddress(given) };
    throw new SaeLabError('cli.usage', {
      problem: 'is missing: the database is for this machine only, unless an address is given',
      field: '--host',
      expected: 'an IP address of this machine, e.g. 10.0.0.5',
    });
  });
  const url = await serveEmbedded({ dataDir, host, port, ranges, onNotice: console.error });
  console.log(`DATABASE_URL='${url}'`);
  console.error(
    `Machines in ${ranges.join(', ')} reach the database with this variable. It is also in ${servedUrlFile(dataDir)}.\n` +
      '`pnpm db:stop` ends this; the database is then local again.',
  );
});
