import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = (file: string): string =>
  fileURLToPath(new URL(`../packages/sweep/src/cli/${file}`, import.meta.url));
const experiments = fileURLToPath(new URL('experiments/', import.meta.url));

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The lines of standard output, parsed as JSON. */
  events: () => SweepEvent[];
}

type SweepEvent = { type: string } & Record<string, unknown>;

export interface RunningCommand {
  process: ChildProcess;
  ended: Promise<CommandResult>;
  /** What it has written to standard error so far. */
  printed(): string;
  /** Resolves when this text has appeared on standard output or error. */
  shown(text: string): Promise<void>;
}

/** A data folder for a test file, readable by the user of the database. */
export async function newDataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sae-lab-test-'));
  await chmod(folder, 0o755);
  return folder;
}

/** Starts the real sweep command on an experiment of tests/experiments. */
export function startSweep(
  experiment: string,
  dataDir: string,
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
  within: readonly string[] = [],
): RunningCommand {
  const args = [join(experiments, experiment), '--data', dataDir, ...flags];
  return startCommand('main.ts', args, env, within);
}

/** The real evaluate command. */
export function evaluate(
  target: string,
  dataDir: string,
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  return startCommand('evaluate-main.ts', [target, '--data', dataDir, ...flags], env).ended;
}

/**
 * Starts the real worker command.
 *
 * @param within the beginning of a command line that runs the rest elsewhere, e.g. in a namespace
 */
export function startWorker(
  dataDir: string,
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
  within: readonly string[] = [],
): RunningCommand {
  return startCommand('worker-main.ts', ['--data', dataDir, '--json', ...flags], env, within);
}

function startCommand(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  within: readonly string[] = [],
): RunningCommand {
  const [command, ...rest] = [...within, process.execPath, cli(file), ...args];
  const child = spawn(command!, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DATABASE_URL: '', NO_COLOR: '1', ...env },
  });
  const output = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const watch of watchers) watch();
    });
  }
  const ended = new Promise<CommandResult>((resolve) => {
    child.on('close', (code) => {
      const lines = output.stdout.trim().split('\n').filter(Boolean);
      resolve({ code, ...output, events: () => lines.map((line) => JSON.parse(line) as SweepEvent) });
    });
  });
  return {
    process: child,
    ended,
    printed: () => output.stderr,
    shown: (text) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          if (!output.stdout.includes(text) && !output.stderr.includes(text)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
        void ended.then(({ stderr }) =>
          reject(new Error(`the command ended without showing ${text}:\n${stderr}`)),
        );
      }),
  };
}

export function sweep(
  experiment: string,
  dataDir: string,
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  return startSweep(experiment, dataDir, flags, env).ended;
}
