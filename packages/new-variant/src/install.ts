import { spawnSync } from 'node:child_process';
import { SaeLabError } from '@sae-lab/errors';

/**
 * Links a new package into the workspace and the lockfile. It has no dependencies that are not installed already.
 *
 * @throws {SaeLabError} new-variant.install-failed
 */
export function install(root: string): void {
  // pnpm refuses to change the lockfile in CI by default.
  const args = ['install', '--prefer-offline', '--no-frozen-lockfile'];
  console.error('Linking the package into the workspace, which takes some seconds.');
  const { status, error, stdout, stderr } = spawnSync('pnpm', args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return;
  // Only of interest if it failed: pnpm also reports on packages that the variant has nothing to do with.
  if (error === undefined) console.error(`${stdout}${stderr}`);
  throw new SaeLabError('new-variant.install-failed', {
    problem: `the variant was written but could not be linked: pnpm ${args.join(' ')} ${error ? `did not start (${error.message})` : 'failed; its output is above'}`,
    fix: 'Fix the cause, then run `pnpm install`.',
    cause: error,
  });
}
