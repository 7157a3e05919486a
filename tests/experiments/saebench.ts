import { batchTopk } from '@sae-lab/batch-topk';
import { defineSweep } from '@sae-lab/sweep';
import { reluL1 } from '@sae-lab/relu-l1';
import { topk } from '@sae-lab/topk';

/** SAEs for tests/reference/saebench.py, evaluated on every token of the documents that it reads. */
export default defineSweep({
  name: 'saebench',
  model: '../../models/neox-1.7m',
  dataset: { kind: 'jsonl', path: '../../models/corpus/public-domain-en.jsonl.gz', documents: 40 },
  hooks: ['blocks.2.hook_resid_post'],
  activations: { context: 'truncate', includeSpecialTokens: true },
  variants: [topk({ k: 16 }), batchTopk({ k: 16 }), reluL1({ l1: 1 })],
  widths: [512],
  seeds: [0],
  training: { steps: 300, batchSize: 512, learningRate: 3e-3 },
  evaluation: { holdout: 0, also: ['reconstruction', 'ce'] },
});
