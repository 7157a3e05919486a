/**
 * What does an evaluation cost, compared with extracting the activations of the same tokens?
 *
 *     pnpm bench:evaluate [--evaluation <part of a name>] [--saes n,n] [--width n] [--tokens n] [--json]
 *
 * Prints a JSON line for each evaluation and number of SAEs. The times include loading the model and the SAEs. Each case
 * runs in a separate process, for its peak memory.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, runMain } from '@sae-lab/command-line';
import { EVALUATIONS, evaluationNamed } from '@sae-lab/core';
import { expectedName, SaeLabError } from '@sae-lab/errors';
import { evaluateCommand } from './commands.ts';
import type { EvaluationCase } from './evaluation/measure-evaluation.ts';
import { prepareModelData, prepareSyntheticData } from './evaluation/prepare-data.ts';

// As for the workers of `pnpm evaluate`.
const V8_FLAGS = ['--max-semi-space-size=8'];
const MEASURE = fileURLToPath(new URL('evaluation/measure-evaluation.ts', import.meta.url));

await runMain(evaluateCommand, async ({ options: { evaluation = '', saes, width, tokens } }) => {
  const names = EVALUATIONS.map(({ name }) => name);
  const chosen = names.filter((name) => name.includes(evaluation));
  if (chosen.length === 0) {
    throw new SaeLabError('cli.usage', {
      problem: 'is in the name of no evaluation',
      field: '--evaluation',
      expected: expectedName(evaluation, names),
      received: evaluation,
    });
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'sae-lab-bench-'));
  let exitCode: number = EXIT.done;
  try {
    const size = { tokens, width, saes: Math.max(...saes) };
    const modelData = await prepareModelData(dataDir, size);
    const syntheticData = await prepareSyntheticData(dataDir, size);
    for (const name of chosen) {
      const data = evaluationNamed(name).needs === 'truth' ? syntheticData : modelData;
      for (const count of saes) {
        const entry: EvaluationCase = { ...data, evaluation: name, saes: count, tokens };
        const args = [...V8_FLAGS, MEASURE, JSON.stringify(entry)];
        const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
        if (status !== 0) exitCode = EXIT.failed;
      }
    }
  } finally {
    await rm(dataDir, { recursive: true });
  }
  return exitCode;
});
