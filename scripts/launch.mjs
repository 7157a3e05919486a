// Starts a command of the project. Plain JavaScript with `node:` imports only, so that it still prints a useful message
// under a Node that is too old to run the rest.
import module from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [command, ...args] = process.argv.slice(2);

/** The script of each command, by its name in package.json, with the arguments that it always gets. */
const COMMANDS = {
  sweep: ['packages/sweep/src/cli/main.ts'],
  worker: ['packages/sweep/src/cli/worker-main.ts'],
  evaluate: ['packages/sweep/src/cli/evaluate-main.ts'],
  explain: ['packages/sweep/src/cli/explain-main.ts'],
  ingest: ['packages/sweep/src/cli/ingest-main.ts'],
  dashboard: ['apps/dashboard/scripts/start.ts'],
  report: ['apps/dashboard/report/main.ts'],
  sae: ['packages/sharing/src/cli/main.ts'],
  'export-features': ['packages/sharing/src/cli/features-main.ts'],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
  'test:faults': ['tests/faults/main.ts'],
  'new:variant': ['packages/new-variant/src/main.ts'],
  'bench:dashboard': ['apps/dashboard/bench/main.ts'],
  'bench:evaluate': ['bench/evaluate.ts'],
  'bench:kernels': ['bench/kernels.ts'],
  'bench:matches': ['bench/matches.ts'],
  'bench:memory': ['bench/memory.ts'],
  'bench:train': ['bench/train.ts'],
  'bench:quality': ['bench/quality.ts'],
  'bench:scaling': ['bench/scaling.ts'],
  'bench:extract': ['bench/extract.ts'],
  'bench:queue': ['bench/queue.ts'],
  'bench:text': ['bench/text.ts'],
  'db:serve': ['packages/db/src/cli/serve.ts'],
  'db:stop': ['packages/db/src/cli/stop.ts'],
  'db:psql': ['packages/db/src/cli/psql.ts'],
  'docs:generate': ['packages/generate-docs/src/main.ts'],
};

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  const script = process.env.npm_lifecycle_event ?? command;
  console.error(
    `sae-lab needs Node 22.18 or newer, which runs TypeScript directly. This is Node ${process.versions.node}. Run\n\n` +
      `    npx -y -p node@24.21.0 -p pnpm@12.21.0 pnpm ${[script, ...args].join(' ')}\n`,
  );
  process.exit(2);
}

if (!Object.hasOwn(COMMANDS, command ?? '')) {
  const { expectedName } = await import('../packages/errors/src/index.ts');
  const expected = expectedName(command ?? '', Object.keys(COMMANDS));
  console.error(`error cli.usage\n${command ?? 'no command'}: is not a command; expected ${expected}.`);
  process.exit(2);
}

// Compiled code is kept for the next start, also by the processes that a command starts: a third of the time of a start.
process.env.NODE_COMPILE_CACHE ||= join(root, 'node_modules/.cache/compiled');
module.enableCompileCache(process.env.NODE_COMPILE_CACHE);

await import('./outlive-readers.mjs');
const [script, ...fixed] = COMMANDS[command];
const path = join(root, script);

// In this process, so that Ctrl-C and the exit code are the command's own.
process.argv = [process.execPath, path, ...fixed, ...args];
await import(pathToFileURL(path).href);
