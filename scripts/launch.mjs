// Starts a command of the project. Plain JavaScript with `node:` imports only, so that it can
// still speak under a Node that is too old to run the rest.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));
const [command, ...args] = process.argv.slice(2);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  const script = process.env.npm_lifecycle_event ?? command;
  console.error(
    `sae-lab needs Node 22.18 or newer (it runs TypeScript directly); this is ${process.versions.node}. Run\n\n` +
      `    npx -y -p node@24.21.0 -p pnpm@12.21.0 pnpm ${[script, ...args].join(' ')}\n`,
  );
  process.exit(1);
}

await import('./outlive-readers.mjs');

const commands = {
  sweep: 'packages/sweep/src/cli/main.ts',
  dashboard: 'apps/dashboard/scripts/start.ts',
  test: 'scripts/test.ts',
  'test-faults': 'tests/faults/main.ts',
  'new-variant': 'packages/new-variant/src/main.ts',
  'db-stop': 'packages/db/src/cli/stop.ts',
  'db-psql': 'packages/db/src/cli/psql.ts',
};
const script = join(root, commands[command]);

// In this very process, so that Ctrl-C and the exit code are the command's own.
process.argv = [process.execPath, script, ...args];
await import(pathToFileURL(script).href);
