/**
 * What does a training step cost, compared with the encoder's dense product alone and with the same step in Python? They are
 * timed in turn, so that other load on the machine affects all alike.
 *
 *     pnpm bench:train [--case <part of a case's name>] [--no-peers] [--json]
 *
 * Prints a JSON line per case, with medians of the steps after warm-up. docs/performance.md has results, and
 * bench/peers/README.md says how to install the peers. Each case runs in a separate process, for its peak memory.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { SaeLabError } from '@sae-lab/errors';
import { findPython } from './peers/peers.ts';
import { CASES, nameOf, type Case } from './training/cases.ts';
import { measure } from './training/measure.ts';

// As for the workers of `pnpm sweep`.
const V8_FLAGS = ['--max-semi-space-size=8'];

const { values: options } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    case: { type: 'string', default: '' },
    'no-peers': { type: 'boolean', default: false },
    /** Accepted for consistency: the output is always JSON lines. */
    json: { type: 'boolean', default: false },
    /** For the processes that this one starts: the index of the case to measure. */
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
    // Any other error is a bug in this program, and needs its stack.
    if (!(error instanceof SaeLabError)) throw error;
    console.error(`${nameOf(entry)}: ${error.message}`);
    process.exitCode = 1;
  }
}

function measureAll(): number {
  const chosen = CASES.filter((entry) => nameOf(entry).includes(options.case));
  if (chosen.length === 0) {
    console.error(`no case has '${options.case}' in its name; there are:\n${CASES.map(nameOf).join('\n')}`);
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
