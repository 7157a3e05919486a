/** Settings that these experiments share: few documents, few steps, the real model. */
export const tiny = {
  model: '../../models/neox-1.7m',
  dataset: { kind: 'jsonl', path: '../../models/corpus/public-domain-en.jsonl.gz', documents: 20 },
  hooks: ['blocks.1.hook_mlp_out'],
  activations: { maxTokens: 64 },
  widths: [64],
  seeds: [0],
  training: { steps: 20, batchSize: 256 },
} as const;
