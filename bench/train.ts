/**
 * What does a training step cost, beside the encoder's dense product alone and beside the same step in Python? All in
 * turn, as other load on the machine disturbs all.
 *
 *     pnpm bench:train [--case <part of a case's name>] [--no-peers] [--json]
 *
 * Prints a JSON line per case: medians of the steps after warm-up. What to expect is in docs/kernels.md, how to have
 * the peers in bench/peers/README.md. Each case runs in a process of its own, so that its peak memory is its own.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { SaeLabError } from '@sae-lab/errors';
import { findPython } from './peers/peers.ts';
import { CASES, nameOf, type Case } from './training/cases.ts';
import { measure } from './training/measure.ts';

// As the workers of `pnpm sweep` run.
const V8_FLAGS = ['--max-semi-space-size=8'];

const { values: options } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    case: { type: 'string', default: '' },
    'no-peers': { type: 'boolean', default: false },
    /** Accepted as elsewhere; the output is JSON lines in any case. */
    json: { type: 'boolean', default: false },
    /** For the processes started here: the case to measure, by its place. */
    measure: { type: 'string' },
    python: { type: 'string' },
  },
});

if (options.measure === undefined) process.exitCode = measureAll();
else await measureOne(CASES[Number(options.measure)]!);

async function measureOne(entry: Case): Promise<void> {
  try {
    console.log(JSON.stringify(await measure(entry, options.python)));
  } catch (error) {
    // Others are faults of this program, and need their stack.
    if (!(error instanceof SaeLabError)) throw error;
    console.error(`${nameOf(entry)}: ${error.message}`);
    process.exitCode = 1;
  }
}

function measureAll(): number {
  const chosen = CASES.filter((entry) => nameOf(entry).includes(options.case));
  if (chosen.length === 0) {
    console.error(`no case has '${options.case}' in its name:\n${CASES.map(nameOf).join('\n')}`);
    return 2;
  }
  const python = options['no-peers'] ? undefined : pythonIfThere();
  let exitCode = 0;
  for (const entry of chosen) {
    const args = [
      '--measure',
      String(CASES.indexOf(entry)),
      ...(python === undefined ? [] : ['--python', python]),
    ];
    const { status } = spawnSync(process.execPath, [...V8_FLAGS, import.meta.filename, ...args], {
      stdio: 'inherit',
    });
    if (status !== 0) exitCode = 1;
  }
  return exitCode;
}

function pythonIfThere(): string | undefined {
  try {
    return findPython();
  } catch (error) {
    console.error((error as Error).message);
    return undefined;
  }
}
