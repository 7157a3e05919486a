// Times one evaluation and prints a JSON line. Started by bench/evaluate.ts with the case as its argument.
import { availableParallelism } from 'node:os';
import { evaluationNamed, executeEvaluation } from '@sae-lab/core';
import type { BenchData } from './prepare-data.ts';

export interface EvaluationCase extends BenchData {
  readonly evaluation: string;
  readonly saes: number;
  readonly tokens: number;
}

const entry = JSON.parse(process.argv[2]!) as EvaluationCase;
const { evaluation, dataDir, text, hook, dIn, saes } = entry;
const definition = evaluationNamed(evaluation);
const limited = definition.settings.safeParse({ maxTokens: entry.tokens });
const start = performance.now();
const [first] = await executeEvaluation(
  {
    evaluation: {
      name: evaluation,
      settings: limited.success ? limited.data : definition.settings.parse({}),
    },
    hook,
    dIn,
    subjects: entry.saeFolders
      .slice(0, saes)
      .map((folder) => ({ id: folder, label: folder, source: { kind: 'run', folder } })),
    activations: { folder: entry.activationsFolder, holdout: 0 },
    text: text ?? undefined,
    dataDir,
    threads: availableParallelism(),
  },
  { onFeatures: async () => {} },
);
const seconds = (performance.now() - start) / 1000;
const { tokens } = first!;
// An evaluation of the weights alone costs the same on any number of tokens.
const per100k = tokens === 0 ? null : (seconds / tokens) * 100_000;
const rounded = (value: number): number => Number(value.toPrecision(3));
console.log(
  JSON.stringify({
    bench: 'evaluate',
    evaluation,
    saes,
    secondsPer100kTokens: per100k === null ? null : rounded(per100k),
    vsExtraction: per100k === null ? null : rounded(per100k / entry.extractionSecondsPer100kTokens),
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
    tokens,
    seconds: rounded(seconds),
  }),
);
