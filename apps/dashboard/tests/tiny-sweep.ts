import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Trains a few tiny SAEs into a data folder with the real command, as a user would.
 *
 * @param experiment the name of a file in `tests/experiments`
 * @param environment e.g. a store
 */
export async function trainTinySweep(
  dataDir: string,
  experiment = 'tiny',
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const child = spawn(
    process.execPath,
    ['packages/sweep/src/cli/main.ts', `tests/experiments/${experiment}.ts`, '--data', dataDir],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...environment, DATABASE_URL: '' },
    },
  );
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the sweep ended with ${String(code)}:\n${stderr}`);
}
