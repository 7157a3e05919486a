import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SaeLabError } from '@sae-lab/errors';

/**
 * Submits a script to Slurm.
 *
 * @returns the number of the job
 * @throws {SaeLabError} `launch.no-sbatch`, `launch.refused`
 */
export async function submitToSlurm(scriptFile: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('sbatch', ['--parsable', scriptFile]);
    // The name of the cluster follows, if there are several.
    return stdout.trim().split(';')[0]!;
  } catch (cause) {
    const { code, stderr = '', message } = cause as { code?: unknown; stderr?: string; message: string };
    if (code === 'ENOENT') {
      throw new SaeLabError('launch.no-sbatch', {
        problem: 'sbatch is not installed here',
        expected: 'a login node of a Slurm cluster',
        fix: `Run there: sbatch ${scriptFile}`,
        cause,
      });
    }
    throw new SaeLabError('launch.refused', {
      problem: 'Slurm does not accept the job',
      field: scriptFile,
      received: stderr.trim() || message,
      fix: 'Pass what your cluster asks for with --sbatch, e.g. --sbatch="--partition=gpu --account=lab".',
      cause,
    });
  }
}
