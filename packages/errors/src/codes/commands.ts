import type { ErrorInfo } from './error-info.ts';

/** Errors of the commands and of experiment files. */
export const COMMAND_ERRORS = {
  'cli.usage': {
    meaning: 'The arguments of a command are wrong.',
    fix: 'Run the command with `--help`. docs/reference.md lists every option.',
  },
  'experiment.not-found': {
    meaning: 'The experiment file does not exist.',
    fix: 'Check the path; relative paths start at the current folder.',
  },
  'experiment.import-failed': {
    meaning: 'The experiment, or a file that it imports, cannot be imported.',
    fix: 'Fix the file and line that the message names. For a missing package, run the command in the message.',
  },
  'experiment.no-sweep': {
    meaning: 'The experiment does not export a sweep.',
    fix: 'Write `export default defineSweep({ … })`.',
  },
  'sweep.invalid': {
    meaning: 'The definition of the sweep is wrong. The message lists every problem with its path.',
    fix: 'Fix the fields that the message names. docs/reference.md lists every setting.',
  },
  'sweep.running': {
    meaning: 'A sweep that is running cannot be deleted.',
    fix: 'Cancel it first, and delete it once it has stopped.',
  },
  'sweep.variant-gone': {
    meaning: 'The experiment file changed while the sweep ran, and no longer has the variant of a run.',
    fix: 'Start the sweep again.',
  },
  'new-variant.bad-name': {
    meaning: 'The name of the new variant is not in kebab case, or is too long.',
    fix: 'Use lower-case letters, digits and hyphens, at most 50 characters.',
  },
  'new-variant.reserved-name': {
    meaning: 'The name of the new variant is reserved in TypeScript or used in the template.',
    fix: 'Choose a longer name, e.g. with `-sae` at its end.',
  },
  'new-variant.exists': {
    meaning: 'A package or folder with this name exists.',
    fix: 'Choose another name, or edit the existing package.',
  },
  'new-variant.install-failed': {
    meaning: 'The new variant was written, but `pnpm install` failed.',
    fix: 'Fix what pnpm reports, then run `pnpm install`.',
  },
  'dashboard.unknown-request': {
    meaning:
      'The dashboard was asked for something that it does not do, or about a sweep or run that does not exist.',
    fix: 'Reload the page. The sweep may have been deleted.',
  },
  'dashboard.invalid-notes': {
    meaning: 'Notes or labels are too long, empty, or not text.',
    fix: 'Shorten notes to 20,000 characters, labels to 300 and names to 100.',
  },
  'dashboard.build-failed': {
    meaning: 'The dashboard cannot be built.',
    fix: 'Read the output of the build above the error. Run `pnpm install`; wait for another build that is running.',
  },
  'dashboard.port-in-use': {
    meaning: 'Another program listens on the port.',
    fix: 'Choose another `--port`, or leave it out to take the next free one.',
  },
  'dashboard.port-forbidden': {
    meaning: 'This user may not listen on the port.',
    fix: 'Choose a port from 1024 on.',
  },
  'bench.python-missing': {
    meaning: 'The Python of the benchmarks does not start, so its peers are left out.',
    fix: 'See bench/peers/README.md.',
  },
  'bench.torch-missing': {
    meaning: 'The Python of the benchmarks lacks a module, so its peers are left out.',
    fix: 'See bench/peers/README.md.',
  },
  'bench.peer-failed': {
    meaning: 'A process that a benchmark compares with ended.',
    fix: 'Read its last line in the message. A process killed by SIGKILL was probably out of memory.',
  },
} as const satisfies Record<string, ErrorInfo>;
