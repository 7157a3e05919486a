import { spawnSync } from 'node:child_process';
import { SaeLabError } from '@sae-lab/errors';

/**
 * Links a new package into the workspace and the lockfile. All its dependencies are already installed.
 *
 * @throws {SaeLabError} `new-variant.install-failed`
 */
export function install(root: string): void {
  // In CI, pnpm refuses to change the lockfile unless told to.
  const args = ['install', '--prefer-offline', '--no-frozen-lockfile'];
  const { status, error } = spawnSync('pnpm', args, { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  throw new SaeLabError('new-variant.install-failed', {
    problem: `the variant was written but not linked: pnpm ${args.join(' ')} ${error ? `did not start (${error.message})` : 'failed; its output is above'}`,
    fix: 'Fix that, then run `pnpm install`.',
    cause: error,
  });
}
