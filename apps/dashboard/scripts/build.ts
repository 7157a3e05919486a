import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';

/** A build that is there already is found in a second; what takes longer is worth a word. */
const SAY_AFTER_MS = 2500;

/**
 * Builds the dashboard, unless its sources are those of the last build: turbo compares them.
 *
 * @throws SaeLabError `dashboard.build-failed`
 */
export async function buildDashboard(projectRoot: string, say: (line: string) => void): Promise<void> {
  const turbo = join(
    dirname(createRequire(join(projectRoot, 'package.json')).resolve('turbo/package.json')),
    'bin/turbo',
  );
  const child = spawn(
    process.execPath,
    [turbo, 'run', 'build', '--filter=@sae-lab/dashboard', '--output-logs=new-only', '--ui=stream'],
    {
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const notice = setTimeout(
    () => say('Building the dashboard; the next start takes it as it is.'),
    SAY_AFTER_MS,
  );
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => clearTimeout(notice));
  if (code === 0) return;
  say(output);
  throw new SaeLabError('dashboard.build-failed', {
    problem: 'the dashboard could not be built; what the build said is above',
    fix: 'Run `pnpm install`; if another `pnpm dashboard` is building, wait for it.',
  });
}
