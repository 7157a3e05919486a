/**
 * Runs the tests in `gpu/` on WebGPU, over a Vulkan driver that computes on the CPU. They need a separate process, because the
 * location of drivers is read when a process starts.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environment } from '@sae-lab/command-line';
import { openDatabase, runsOfSweep } from '@sae-lab/db';
import { runById } from '@sae-lab/db/reading';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newDataDir, sweep } from './sweep-command.ts';
import { softwareVulkan } from './gpu/software-vulkan.ts';

interface Report {
  success: boolean;
  numPassedTests: number;
  testResults: { assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[];
}

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const config = fileURLToPath(new URL('gpu/vitest.config.ts', import.meta.url));
const VARIANTS = ['relu-l1', 'topk', 'batch-topk', 'matryoshka', 'jump-relu', 'gated'];
/** Conformance takes long on a processor. One dense and one sparse variant use every kernel of the others. */
const CONFORMING = environment('SAE_LAB_TEST_ALL') === undefined ? ['relu-l1', 'topk'] : VARIANTS;

let folder: string;
let vulkan: NodeJS.ProcessEnv | string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sae-lab-webgpu-'));
  vulkan = await softwareVulkan(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

it(
  'variants conform on WebGPU, and all have the losses of the CPU',
  { timeout: 600_000 },
  async ({ skip }) => {
    if (typeof vulkan === 'string') return skip(vulkan);
    const { report, output } = await runVitest(vulkan);
    const results = report?.testResults.flatMap(({ assertionResults }) => assertionResults) ?? [];
    const failures = results.filter(({ status }) => status === 'failed');
    expect(failures.map(({ fullName, failureMessages }) => [fullName, failureMessages[0]])).toEqual([]);
    expect(report?.success, output).toBe(true);
    // An empty suite would pass too.
    const passed = results.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName.trim());
    for (const variant of VARIANTS) {
      expect(passed.filter((name) => name.startsWith(`${variant} against golden`)).length).toBeGreaterThan(1);
      const conformance = passed.filter((name) => name.startsWith(`${variant} {`));
      expect(conformance.length).toBe(CONFORMING.includes(variant) ? 16 : 0);
    }
    const only = CONFORMING === VARIANTS ? '' : '; SAE_LAB_TEST_ALL=1 tests the conformance of every variant';
    console.log(`on WebGPU (SwiftShader): ${report?.numPassedTests} passed${only}`);
  },
);

it(
  '`--device webgpu` trains a sweep on WebGPU, and each run records its device',
  { timeout: 300_000 },
  async ({ skip }) => {
    if (typeof vulkan === 'string') return skip(vulkan);
    const dataDir = await newDataDir();
    try {
      const { code, stderr, events } = await sweep(
        'tiny.ts',
        dataDir,
        ['--device', 'webgpu', '--json'],
        vulkan,
      );
      expect(code, stderr).toBe(0);
      const end = events().at(-1)!;
      expect(end).toMatchObject({ type: 'sweep.finished', runs: 2, finished: 2 });
      const database = await openDatabase({ dataDir, url: '' });
      try {
        for (const { id, figures } of await runsOfSweep(database.db, end['sweepId'] as number)) {
          expect(figures['explained_variance']).toBeGreaterThan(0);
          expect((await runById(database.db, id))?.provenance).toMatchObject({
            device: 'webgpu',
            backend: expect.stringMatching(/^webgpu \(.* on SwiftShader/),
          });
        }
      } finally {
        await database.close();
      }

      const auto = await sweep('tiny.ts', dataDir, ['--device', 'auto'], {
        ...vulkan,
        CUDA_VISIBLE_DEVICES: '-1',
      });
      expect(auto.stderr).toMatch(
        /^device: cpu \(cuda: .+; webgpu: the only adapter is software: SwiftShader .+\)$/m,
      );
      // Where a run was trained is not part of its identity.
      expect(auto.stderr).toContain('2 finished earlier');
    } finally {
      await removeDataDir(dataDir);
    }
  },
);

function runVitest(env: NodeJS.ProcessEnv): Promise<{ report: Report | undefined; output: string }> {
  const file = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  // Drops the variables that the outer test runner sets for its own processes.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'));
  const left = VARIANTS.filter((variant) => !CONFORMING.includes(variant));
  const chosen = left.length === 0 ? [] : ['--testNamePattern', `^\\s*(?!\\s|(?:${left.join('|')}) \\{)`];
  const child = spawn(process.execPath, [vitest, 'run', '--config', config, ...chosen, ...reporters], {
    env: { ...Object.fromEntries(inherited), ...env, NO_COLOR: '1' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return new Promise((resolve) => {
    child.on('close', () => {
      let report: Report | undefined;
      try {
        report = JSON.parse(readFileSync(file, 'utf8')) as Report;
      } catch {
        // The process wrote no report. Its output says why.
      }
      resolve({ report, output });
    });
  });
}
