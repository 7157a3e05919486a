import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { slurmScript, type SlurmJob } from './slurm-script.ts';

const folder = mkdtempSync(join(tmpdir(), 'sae-lab-slurm-'));
afterAll(() => rmSync(folder, { recursive: true }));

const job: SlurmJob = {
  name: "l'été 2",
  projectRoot: folder,
  logFolder: '/scratch/spool/logs',
  workerArgs: ['--spool', "/scratch/it's here"],
  tasks: 8,
  atOnce: 4,
  sbatchOptions: ['--partition=gpu'],
};

function optionsIn(script: string): string[] {
  return script.split('\n').flatMap((line) => (line.startsWith('#SBATCH ') ? [line.slice(8)] : []));
}

it('asks for an array that is requeued and warned before its time ends', () => {
  const options = optionsIn(slurmScript(job));
  expect(options).toEqual(
    expect.arrayContaining([
      '--array=1-8%4',
      '--requeue',
      '--signal=B:USR1@120',
      '--open-mode=append',
      '--output=/scratch/spool/logs/%A_%a.log',
      '--job-name=sae-lab-l-t-2',
    ]),
  );
  // What the author adds comes last, so that it counts.
  expect(options.at(-1)).toBe('--partition=gpu');
  expect(optionsIn(slurmScript({ ...job, atOnce: undefined }))).toContain('--array=1-8');
});

/** Runs the script with stand-ins for the worker and for Slurm's command, and sends it a signal. */
async function run(worker: string, signal?: string) {
  const bin = join(folder, 'bin');
  const log = join(folder, 'log');
  mkdirSync(bin, { recursive: true });
  const install = (name: string, text: string): void => {
    writeFileSync(join(bin, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  // `$PPID` is the shell of the script.
  install('node', `echo "$@" >> '${log}'; ${worker.replace('signal', `kill -${signal} $PPID`)}`);
  install('scontrol', `echo "scontrol $*" >> '${log}'`);
  const script = join(folder, 'slurm.sh');
  writeFileSync(script, slurmScript(job));
  writeFileSync(log, '');
  const env = { PATH: `${bin}:${process.env['PATH']}`, SLURM_ARRAY_JOB_ID: '7', SLURM_ARRAY_TASK_ID: '3' };
  const code = await promisify(execFile)('bash', [script], { env }).then(
    () => 0,
    (error: { code: number }) => error.code,
  );
  return { code, log: readFileSync(log, 'utf8').trim().split('\n') };
}

const HANDS_BACK =
  'trap "echo got USR1 >> \'LOG\'; exit 143" USR1; signal; while :; do read -t 0.05 <> <(:); done';

it('starts the worker, and ends with its exit code', async () => {
  const { code, log } = await run('exit 1');
  expect(code).toBe(1);
  expect(log).toEqual(["--max-semi-space-size=8 scripts/launch.mjs worker --spool /scratch/it's here"]);
});

it('passes SIGUSR1 on, waits for the checkpoint, and queues the task again', async () => {
  const worker = HANDS_BACK.replace('LOG', join(folder, 'log'));
  const { code, log } = await run(worker, 'USR1');
  expect(code).toBe(0);
  expect(log.slice(1)).toEqual(['got USR1', 'scontrol requeue 7_3']);
});

it('does not queue a task again that was cancelled', async () => {
  const worker = HANDS_BACK.replace('LOG', join(folder, 'log')).replace('" USR1;', '" TERM;');
  const { code, log } = await run(worker, 'TERM');
  expect(code).toBe(143);
  expect(log.join('\n')).not.toContain('scontrol');
});
