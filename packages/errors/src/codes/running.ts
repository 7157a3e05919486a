import type { ErrorInfo } from './error-info.ts';

/** Errors of runs and of the files that they read and write. */
export const RUN_ERRORS = {
  'run.failed': {
    meaning: 'A run threw an unexpected error, most likely a bug in its variant.',
    fix: 'Read where it was thrown in the message; SAE_LAB_DEBUG=1 shows the stack.',
  },
  'run.diverged': {
    meaning: 'The training of a run produced non-finite values.',
    fix: 'Lower the learning rate, lengthen the warmup or clip the gradient.',
  },
  'run.gradient-overflow': {
    meaning: 'The norm of a gradient does not fit into float32.',
    fix: 'Lower the coefficients, or set training.normalize to true.',
  },
  'run.loss-overflow': {
    meaning: 'The weighted sum of the losses does not fit into float32.',
    fix: 'Lower the coefficients.',
  },
  'run.batch-too-large': {
    meaning: 'A batch is larger than the training set.',
    fix: 'Lower training.batchSize, or extract more activations.',
  },
  'run.too-long': {
    meaning: 'The run would have too many steps.',
    fix: 'Lower its length, or raise training.batchSize.',
  },
  'run.epochs-streamed': {
    meaning: 'A run on streamed activations has a length in epochs, or no windows.',
    fix: "Set training.tokens or training.steps, or set activations.store to 'cache'.",
  },
  'run.nothing-held-out': {
    meaning: 'No document was held out, so there is nothing to evaluate on.',
    fix: 'Extract more documents, or raise evaluation.holdout.',
  },
  'run.stopped': {
    meaning: 'The run was asked to stop.',
    fix: 'Run the same command again: the run continues from its checkpoint.',
  },
  'run.finished-elsewhere': {
    meaning: 'Another process finished the run in the meantime.',
    fix: 'Start the sweep again: it uses that result.',
  },
  'run.taken-over': {
    meaning: 'A worker was silent for so long that another one may have taken its runs over.',
    fix: 'Start the worker again. The runs continue elsewhere.',
  },
  'run.lost-too-often': {
    meaning:
      'Too many attempts at a run ended because a process or machine was lost, or lacked disk or memory.',
    fix: 'Look at the attempts of the run, then start the sweep again.',
  },
  'queue.no-package': {
    meaning: 'A variant is defined in the experiment. Workers take variants from packages.',
    fix: 'Make it a package with `pnpm new:variant`, or run the sweep without `--detach` and `--wait`.',
  },
  'queue.streamed': {
    meaning: 'Activations that are streamed while runs train cannot be shared by workers.',
    fix: "Set activations.store to 'cache', or run the sweep without `--detach` and `--wait`.",
  },
  'queue.files-elsewhere': {
    meaning: 'A sweep runs on another machine, and the worker does not reach its files.',
    fix: 'Start both with `--data` on a disk that they share, or with the same `SAE_LAB_STORE`.',
  },
  'queue.local-only': {
    meaning: 'A sweep runs on another machine, and workers cannot train its runs.',
    fix: 'Leave them to that machine, or change the sweep as the message says and start it again.',
  },
  'run.worker-crashed': {
    meaning: 'The worker process of a run ended unexpectedly.',
    fix: 'Read its last lines in the message. After SIGKILL, use fewer `--workers`: it was probably out of memory.',
  },
  'run.worker-silent': {
    meaning: 'The worker process of a run showed no sign of life and was killed.',
    fix: 'If a step can take that long, raise `--silence-seconds`. Otherwise the variant never returns.',
  },
  'run.worker-not-started': {
    meaning: 'A worker process cannot be started.',
    fix: 'Check the limits on processes and memory.',
  },
  'checkpoint.malformed': {
    meaning: 'A checkpoint cannot be used. It is set aside, and the run starts again.',
    fix: 'Nothing, unless it happens repeatedly: then check the disk.',
  },
  'files.disk-full': {
    meaning: 'The disk, or the quota of this user, is full.',
    fix: 'Free some space and run the same command again: it continues.',
  },
  'files.too-large': {
    meaning: 'A file exceeds a size limit of the process or file system.',
    fix: 'Run `ulimit -f unlimited`, or use a data folder on another disk.',
  },
  'files.not-a-file': {
    meaning: 'There is a folder where a file is needed.',
    fix: 'Move the folder away, or use another data folder.',
  },
  'files.not-a-folder': {
    meaning: 'There is a file where a folder is needed.',
    fix: 'Move the file away, or use another data folder.',
  },
  'files.not-writable': {
    meaning: 'A folder cannot be written.',
    fix: 'Make it writable, or use another data folder.',
  },
  'files.not-written': {
    meaning: 'A file cannot be written for another reason.',
    fix: 'Check the disk, or use another data folder.',
  },
  'files.set-aside': {
    meaning: 'Something was in the place of a file of the run. It is kept under another name.',
    fix: 'Nothing: look at the file and delete it.',
  },
  'safetensors.unreadable': {
    meaning: 'A safetensors file cannot be opened.',
    fix: 'Make it readable. A missing file is written again by the next run.',
  },
  'safetensors.malformed': {
    meaning: 'A safetensors file is incomplete or damaged.',
    fix: 'Delete it: the next run writes it again.',
  },
} as const satisfies Record<string, ErrorInfo>;
