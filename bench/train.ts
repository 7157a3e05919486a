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
import { fileURLToPath } from 'node:url';
import { EXIT, runMain } from '@sae-lab/command-line';
import { expectedName, SaeLabError } from '@sae-lab/errors';
import { trainCommand } from './commands.ts';
import { findPython } from './peers/peers.ts';
import { CASES, nameOf } from './training/cases.ts';

// As for the workers of `pnpm sweep`.
const V8_FLAGS = ['--max-semi-space-size=8'];
const MEASURE_CASE = fileURLToPath(new URL('training/measure-case.ts', import.meta.url));

await runMain(trainCommand, async ({ options: { case: part = '', noPeers } }) => {
  const chosen = CASES.map((entry, index) => ({ index, name: nameOf(entry) })).filter(({ name }) =>
    name.includes(part),
  );
  if (chosen.length === 0) {
    throw new SaeLabError('cli.usage', {
      problem: 'is in the name of no case',
      field: '--case',
      expected: expectedName(part, CASES.map(nameOf)),
      received: part,
    });
  }
  const python = noPeers ? undefined : pythonIfThere();
  let exitCode: number = EXIT.done;
  for (const { index } of chosen) {
    const args = [MEASURE_CASE, String(index), ...(python === undefined ? [] : [python])];
    const { status } = spawnSync(process.execPath, [...V8_FLAGS, ...args], { stdio: 'inherit' });
    if (status !== 0) exitCode = EXIT.failed;
  }
  return exitCode;
});

function pythonIfThere(): string | undefined {
  try {
    return findPython();
  } catch (error) {
    console.error((error as Error).message);
    return undefined;
  }
}
