import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../scripts/start.ts', import.meta.url));

export interface RunningDashboard {
  /** E.g. `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly pid: number | undefined;
  /** Sends Ctrl-C and returns the exit code. */
  stop(): Promise<number | null>;
}

/**
 * Starts `pnpm dashboard`, which builds first if needed. If it exits instead, rejects with an error that has the exit
 * `code` and `stderr`.
 */
export async function startDashboard(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<RunningDashboard> {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Vitest sets NODE_ENV, a terminal does not.
    env: {
      ...process.env,
      NODE_ENV: undefined,
      DATABASE_URL: '',
      ...environment,
    } as unknown as NodeJS.ProcessEnv,
  });
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const address = /The dashboard is at (http:\S+)/.exec(stdout)?.[1];
      if (address !== undefined) resolve(address);
    });
    void ended.then((code) =>
      reject(Object.assign(new Error(`ended with ${code}:\n${stderr}`), { code, stderr })),
    );
  });
  return {
    url,
    pid: child.pid,
    stop: () => {
      child.kill('SIGINT');
      return ended;
    },
  };
}
