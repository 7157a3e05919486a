import { spawnSync } from 'node:child_process';
import { SaeLabError } from '@sae-lab/errors';

/**
 * Links a new package into the workspace and the lockfile. It needs nothing that is not there already.
 *
 * @throws SaeLabError `new-variant.install-failed`
 */
export function install(root: string): void {
  // In CI pnpm would refuse to change the lockfile.
  const args = ['install', '--prefer-offline', '--no-frozen-lockfile'];
  const { status, error } = spawnSync('pnpm', args, { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  throw new SaeLabError('new-variant.install-failed', {
    problem: `the variant is written, but it could not be linked: pnpm ${args.join(' ')} ${error ? `did not start (${error.message})` : 'failed, as it says above'}`,
    fix: 'Run `pnpm install` once that is mended.',
    cause: error,
  });
}
