/**
 * How fast are activations extracted, compared with the introductory notebook's loop and with an exported graph?
 *
 *     pnpm bench:extract [--model <folder>] [--layers 1,5] [--threads 1] [--rounds 3] [--no-peers] [--json]
 *
 * Prints a JSON line per model, layer, number of threads and source. Each source has a separate process, for its peak memory; all
 * sources of a case are timed in turn, and the median round counts. docs/performance.md has results.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runMain } from '@sae-lab/command-line';
import { extractCommand } from './commands.ts';
import { prepareModels, type BenchModel } from './extraction/models.ts';
import { SOURCES, type Round, type Source, type SourceCase } from './extraction/source-case.ts';
import { Conversation } from './peers/conversation.ts';
import { findPython } from './peers/peers.ts';
import { median, round } from './training/timing.ts';

// As for `pnpm sweep`.
const V8_FLAGS = ['--max-semi-space-size=8'];
const OURS = fileURLToPath(new URL('extraction/measure-source.ts', import.meta.url));
const PEER = fileURLToPath(new URL('peers/extract.py', import.meta.url));
const CORPUS = fileURLToPath(new URL('../models/corpus/public-domain-en.jsonl.gz', import.meta.url));
const MAX_TOKENS = 128;

interface Measured {
  readonly tokensPerSecond: number;
  readonly peakRssMb: number;
}

await runMain(extractCommand, async ({ options }) => {
  const temporary = mkdtempSync(join(tmpdir(), 'sae-lab-bench-'));
  try {
    const python = options.noPeers ? undefined : pythonIfThere();
    const threads = options.threads ?? [...new Set([1, availableParallelism()])];
    for (const model of prepareModels(options.model, temporary, python)) {
      for (const layer of options.layers ?? [1, model.layers - 1]) {
        for (const count of threads) {
          const measured = await measure(model, { layer, threads: count }, python, options.rounds);
          print(model.name, layer, count, measured);
        }
      }
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
});

/** Runs the rounds of all sources in turn, so that other load on the machine affects all alike. */
async function measure(
  { weights, exported, path, documents }: BenchModel,
  where: Pick<SourceCase, 'layer' | 'threads'>,
  python: string | undefined,
  rounds: number,
): Promise<Map<Source, Measured>> {
  const hook = `${path}.${where.layer}.mlp`;
  const processes = new Map<Source, Conversation>();
  const found = new Map<Source, Round[]>();
  try {
    for (const source of SOURCES) {
      const folder = source === 'onnx' ? exported : weights;
      const isOurs = source === 'safetensors' || source === 'onnx';
      if (folder === undefined || (!isOurs && python === undefined)) continue;
      const talk = isOurs
        ? new Conversation(process.execPath, ...V8_FLAGS, OURS)
        : new Conversation(python!, PEER);
      processes.set(source, talk);
      const entry = { source, folder, ...where, hook, corpus: CORPUS, documents, maxTokens: MAX_TOKENS };
      await talk.ask(entry satisfies SourceCase);
    }
    for (let i = 0; i < rounds; i++) {
      for (const [source, talk] of processes) {
        found.set(source, [...(found.get(source) ?? []), await talk.ask<Round>({ round: true })]);
      }
    }
  } finally {
    // Each ends with its input. One that is left would keep this process alive.
    for (const talk of processes.values()) talk.end();
  }
  return new Map(
    [...found].map(([source, all]) => [
      source,
      {
        tokensPerSecond: median(all.map(({ tokens, ms }) => (tokens / ms) * 1000)),
        // Later rounds of a process find the memory of earlier ones.
        peakRssMb: all[0]!.peakRssMb,
      },
    ]),
  );
}

function print(model: string, layer: number, threads: number, measured: ReadonlyMap<Source, Measured>): void {
  const over = (speed: number, source: Source): number | null => {
    const other = measured.get(source);
    return other === undefined ? null : round(speed / other.tokensPerSecond);
  };
  for (const [source, { tokensPerSecond, peakRssMb }] of measured) {
    console.log(
      JSON.stringify({
        bench: 'extract',
        source,
        model,
        layer,
        threads,
        tokensPerSecond: Math.round(tokensPerSecond),
        vsNotebookLoop: over(tokensPerSecond, 'notebook-loop'),
        vsOnnx: over(tokensPerSecond, 'onnx'),
        peakRssMb,
      }),
    );
  }
}

function pythonIfThere(): string | undefined {
  try {
    return findPython(['torch', 'transformers', 'tokenizers']);
  } catch (error) {
    console.error((error as Error).message);
    return undefined;
  }
}
