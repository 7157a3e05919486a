import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { waitForLock } from 'fs-native-extensions';
import { keepBuild, type KeptBuild } from './kept-build.ts';

/** turbo finds a build that is up to date within a second. Anything longer deserves a notice. */
const SAY_AFTER_MS = 2500;

/**
 * Builds the dashboard unless turbo finds that its sources did not change since the last build. One process builds at a
 * time: the next one waits and finds the build up to date.
 *
 * @returns the build, kept for as long as this process serves it
 * @throws {SaeLabError} `dashboard.build-failed`
 */
export async function buildDashboard(
  projectRoot: string,
  dashboard: string,
  say: (line: string) => void,
): Promise<KeptBuild> {
  const notice = setTimeout(
    () => say('Building the dashboard, which takes about a minute. The next start reuses this build.'),
    SAY_AFTER_MS,
  );
  const unlock = await lockBuild(join(projectRoot, '.turbo'));
  try {
    const { code, output } = await build(projectRoot);
    if (code === 0) return keepBuild(dashboard);
    say(output);
  } finally {
    clearTimeout(notice);
    unlock();
  }
  throw new SaeLabError('dashboard.build-failed', {
    problem: 'the dashboard could not be built; the output of the build is above',
    fix: 'Run `pnpm install`, then `pnpm dashboard` again.',
  });
}

/** The kernel releases the lock when this process ends, however it ends. */
async function lockBuild(folder: string): Promise<() => void> {
  mkdirSync(folder, { recursive: true });
  const fd = openSync(join(folder, 'dashboard-build.lock'), 'a+');
  // Without locks on this file system, two builds at once fail with a message by Next.
  await waitForLock(fd).catch(() => {});
  return () => closeSync(fd);
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
