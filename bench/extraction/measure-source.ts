// Extracts activations of one source for `pnpm bench:extract`. Reads JSON lines, as bench/peers/extract.py does: a case, then a
// line for each round.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { printError } from '@sae-lab/command-line';
import { extractActivations } from '@sae-lab/core/activations';
import type { Round, SourceCase } from './source-case.ts';

/** As the notebook does: the middle token of each truncated prompt. */
const SETTINGS = { context: 'truncate', tokens: 'middle', prependBos: false } as const;

try {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const entry = JSON.parse((await lines.next()).value as string) as SourceCase;
  answer({ ready: true });
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
    answer(await round(entry));
  }
} catch (error) {
  printError(error);
  process.exitCode = 1;
  // An open input would keep this process alive.
  process.stdin.destroy();
}

/**
 * Extracts all documents to a new folder. The time is that between the first and the last window, and includes reading,
 * tokenising, and writing shards, but not opening the model.
 */
async function round({ folder, hook, threads, corpus, documents, maxTokens }: SourceCase): Promise<Round> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sae-lab-extract-'));
  let first: { tokens: number; at: number } | undefined;
  let last = { tokens: 0, at: 0 };
  try {
    await extractActivations(
      {
        model: { kind: 'folder', folder },
        dataset: { kind: 'jsonl', path: corpus, documents },
        hooks: [hook],
        settings: { ...SETTINGS, maxTokens },
        dataDir,
        threads,
      },
      {
        onProgress({ tokens }) {
          last = { tokens, at: performance.now() };
          first ??= last;
        },
      },
    );
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
  return {
    tokens: last.tokens - first!.tokens,
    ms: last.at - first!.at,
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

function answer(message: unknown): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
