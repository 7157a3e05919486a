import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SaeLabError } from '@sae-lab/errors';

/** turbo finds a build that is up to date within a second. Anything longer deserves a notice. */
const SAY_AFTER_MS = 2500;

/** Pause before asking again whether another `pnpm dashboard` has finished its build. */
const ASK_AGAIN_MS = 1000;

/**
 * Builds the dashboard unless turbo finds that its sources did not change since the last build. Waits for a build that
 * another process has started, and reuses it.
 *
 * @throws {SaeLabError} `dashboard.build-failed`
 */
export async function buildDashboard(projectRoot: string, say: (line: string) => void): Promise<void> {
  const notice = setTimeout(
    () => say('Building the dashboard. The next start reuses this build.'),
    SAY_AFTER_MS,
  );
  try {
    for (;;) {
      const { code, output } = await build(projectRoot);
      if (code === 0) return;
      if (!isBuiltElsewhere(output)) {
        say(output);
        break;
      }
      await delay(ASK_AGAIN_MS);
    }
  } finally {
    clearTimeout(notice);
  }
  throw new SaeLabError('dashboard.build-failed', {
    problem: 'the dashboard could not be built; the output of the build is above',
    fix: 'Run `pnpm install`, then `pnpm dashboard` again.',
  });
}

/** `next build` locks its folder and refuses to run twice; nothing but its message says so. */
function isBuiltElsewhere(output: string): boolean {
  return output.includes('Another next build process is already running');
}

async function build(projectRoot: string): Promise<{ code: number | null; output: string }> {
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
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, output };
}
