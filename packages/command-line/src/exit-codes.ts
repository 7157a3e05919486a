/** What a command's exit code means, the same for all of them. docs/reference.md lists them. */
export const EXIT_CODES = {
  0: 'Success.',
  1: 'The command failed, a run failed or diverged, or a test failed.',
  2: 'The arguments or the definition are wrong. Nothing was started.',
  129: 'Stopped by SIGHUP: the terminal was closed.',
  130: 'Stopped by Ctrl-C (SIGINT).',
  143: 'Stopped by SIGTERM.',
} as const;

export type ExitCode = keyof typeof EXIT_CODES;

export const EXIT = { done: 0, failed: 1, usage: 2 } as const satisfies Record<string, ExitCode>;

/** Signals that ask a process to end, with the exit code that a shell gives to each: 128 + its number. */
export const EXIT_OF_SIGNAL = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const satisfies Partial<
  Record<NodeJS.Signals, ExitCode>
>;
