/** What a Slurm job runs. */
export interface SlurmJob {
  /** Of the sweep. */
  readonly name: string;
  /** The checkout, on a disk that the compute nodes mount. */
  readonly projectRoot: string;
  /** Where the nodes write their output. */
  readonly logFolder: string;
  /** Arguments of `pnpm worker`. */
  readonly workerArgs: readonly string[];
  /** Workers in all, each a task of the array. */
  readonly tasks: number;
  /** Workers at once; undefined for no limit. */
  readonly atOnce: number | undefined;
  /** More options of sbatch, e.g. `--partition=gpu`. */
  readonly sbatchOptions: readonly string[];
}

/** Seconds before the end of its time that a worker gets SIGUSR1. It then writes a checkpoint and ends. */
const GRACE_SECONDS = 120;

/**
 * One job array whose tasks are workers. A task whose time ends, or that is preempted, hands its run back and is queued
 * again; the next worker continues from the checkpoint.
 *
 * @example
 * slurmScript({ name: 'my-question', workerArgs: ['--spool', '/scratch/spool'], tasks: 8, atOnce: 4, … });
 */
export function slurmScript({
  name,
  projectRoot,
  logFolder,
  workerArgs,
  tasks,
  atOnce,
  sbatchOptions,
}: SlurmJob): string {
  const options = [
    `--job-name=sae-lab-${name.replaceAll(/[^\w.-]+/g, '-')}`,
    `--array=1-${tasks}${atOnce === undefined ? '' : `%${atOnce}`}`,
    '--requeue',
    `--signal=B:USR1@${GRACE_SECONDS}`,
    '--open-mode=append',
    `--output=${logFolder}/%A_%a.log`,
    ...sbatchOptions,
  ];
  const command = ['node', '--max-semi-space-size=8', 'scripts/launch.mjs', 'worker', ...workerArgs];
  return `#!/bin/bash
${options.map((option) => `#SBATCH ${option}`).join('\n')}

# The worker writes a checkpoint on SIGUSR1, which Slurm sends to this shell before the time ends.
worker=
again=
# A signal may come before the worker is known. It is passed on once: a second one would end the worker without a checkpoint.
signal=
pass() { [ -n "$worker" ] && [ -n "$signal" ] && kill "-$signal" "$worker" 2>/dev/null && signal=; }
trap 'again=yes; signal=USR1; pass' USR1
trap 'signal=TERM; pass' TERM
cd ${quoted(projectRoot)} || exit 1
${command.map(quoted).join(' ')} &
worker=$!
pass
# A signal ends \`wait\` before the worker has ended.
while :; do
  wait "$worker"
  status=$?
  kill -0 "$worker" 2>/dev/null || break
done
if [ -n "$again" ] && [ "$status" -eq 143 ]; then
  scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}" && exit 0
fi
exit "$status"
`;
}

/** As one word of bash. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
