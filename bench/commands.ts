import {
  dataOption,
  defineCommand,
  flag,
  integers,
  option,
  positiveInteger,
  text,
} from '@sae-lab/command-line';
import { describeValue, SaeLabError } from '@sae-lab/errors';

/** Describes the benchmarks' commands to their parsers, their help and docs/reference.md. */

export const trainCommand = defineCommand({
  name: 'pnpm bench:train',
  summary:
    "Times a training step of each variant, next to its encoder's dense product alone and to the same step in Python. " +
    'Prints a JSON line per case.',
  options: {
    case: option({
      value: 'text',
      meaning: 'Run only the cases whose name contains this text',
      otherwise: 'all cases',
      parse: text,
    }),
    noPeers: flag('Do not time the Python peers'),
    json: flag('No effect: the output is always JSON lines'),
  },
  examples: ['pnpm bench:train', "pnpm bench:train --no-peers --case 'topk, k 32'"],
  environment: ['SAE_LAB_PEERS_PYTHON'],
});

const BY = ['sae-lab', 'sae-lens'] as const;

export const qualityCommand = defineCommand({
  name: 'pnpm bench:quality',
  summary:
    "Trains each variant at the quickstart's settings here and in SAELens, and measures both on the same held-out " +
    'activations. Prints a JSON line per SAE, then the differences at equal L0.',
  options: {
    tokens: option({
      value: 'n,n',
      meaning: 'Lengths of the runs, in activations',
      default: [300_000] as readonly number[],
      parse: integers(1),
    }),
    seeds: option({
      value: 'n,n',
      meaning: 'Seeds',
      default: [0, 1, 2] as readonly number[],
      parse: integers(0),
    }),
    variant: option({
      value: 'text',
      meaning: 'Train only the variants whose name contains this text',
      otherwise: 'all variants',
      parse: text,
    }),
    hook: option({ value: 'name', meaning: 'Hook', default: 'blocks.2.hook_mlp_out', parse: text }),
    width: option({ value: 'n', meaning: 'Number of latents', default: 1024, parse: positiveInteger }),
    by: option({
      value: 'name',
      meaning: `Train only with one of ${BY.join(' and ')}`,
      otherwise: 'both',
      parse: trainerName,
    }),
    data: dataOption,
    json: flag('Print the JSON lines only'),
  },
  examples: ['pnpm bench:quality --variant topk --seeds 0', 'pnpm bench:quality --by sae-lab'],
  environment: ['SAE_LAB_DATA', 'SAE_LAB_PEERS_PYTHON'],
  exitCodes: [130],
});

function trainerName(given: string, field: string): (typeof BY)[number] {
  const found = BY.find((name) => name === given);
  if (found !== undefined) return found;
  throw new SaeLabError('cli.usage', {
    problem: 'is not a library that trains SAEs here',
    field,
    expected: BY.join(' or '),
    received: describeValue(given),
  });
}

export const scalingCommand = defineCommand({
  name: 'pnpm bench:scaling',
  summary:
    'Times a step of TopK over width, dimension, batch and k, and fits how it grows with each. Prints a JSON line per ' +
    'point and per fit.',
  options: {
    svg: option({
      value: 'file',
      meaning: 'Also draw the points and fits',
      otherwise: 'no drawing',
      parse: text,
    }),
    json: flag('No effect: the output is always JSON lines'),
  },
  examples: ['pnpm bench:scaling --svg docs/images/scaling.svg'],
});

export const evaluateCommand = defineCommand({
  name: 'pnpm bench:evaluate',
  summary:
    'Times each evaluation on the bundled model, and compares it with extracting the same tokens. Prints a JSON line for ' +
    'each evaluation and number of SAEs.',
  options: {
    evaluation: option({
      value: 'text',
      meaning: 'Time only the evaluations whose name contains this text',
      otherwise: 'all evaluations',
      parse: text,
    }),
    saes: option({
      value: 'n,n',
      meaning: 'Numbers of SAEs in a pass',
      default: [1, 8] as readonly number[],
      parse: integers(1),
    }),
    width: option({ value: 'n', meaning: 'Latents of each SAE', default: 1024, parse: positiveInteger }),
    tokens: option({ value: 'n', meaning: 'Tokens to evaluate', default: 20_000, parse: positiveInteger }),
    json: flag('No effect: the output is always JSON lines'),
  },
  examples: ['pnpm bench:evaluate', 'pnpm bench:evaluate --evaluation reconstruction --saes 1,32'],
});

export const kernelsCommand = defineCommand({
  name: 'pnpm bench:kernels',
  summary:
    "Times the CPU backend's kernels next to tfjs's own wasm backend, both in this process and in turn. Prints a JSON " +
    'line per case.',
  options: {},
  examples: ['pnpm bench:kernels'],
});

export const matchesCommand = defineCommand({
  name: 'pnpm bench:matches',
  summary:
    'Times the matching of the latents of two SAEs, of which some have a noisy copy in the other. Prints a JSON line per width.',
  options: {
    widths: option({
      value: 'n,n',
      meaning: 'Numbers of latents, the smallest first: memory is the largest so far',
      default: [4096, 16_384] as readonly number[],
      parse: integers(1),
    }),
    dim: option({
      value: 'n',
      meaning: 'Dimension of the activations',
      default: 512,
      parse: positiveInteger,
    }),
    shared: option({
      value: 'n',
      meaning: 'Percentage of latents with a copy',
      default: 70,
      parse: positiveInteger,
    }),
  },
  examples: ['pnpm bench:matches', 'pnpm bench:matches --widths 2048 --dim 64'],
});

export const queueCommand = defineCommand({
  name: 'pnpm bench:queue',
  summary:
    'Lets many workers claim, start and finish runs that train nothing, on one Postgres. Checks that none is claimed twice ' +
    'or lost. Prints a JSON line.',
  options: {
    workers: option({ value: 'n', meaning: 'Number of workers', default: 50, parse: positiveInteger }),
    runs: option({ value: 'n', meaning: 'Number of runs', default: 10_000, parse: positiveInteger }),
    training: flag('Time 1,000 runs of 20 steps that `pnpm sweep` trains instead'),
    json: flag('No effect: the output is always JSON lines'),
  },
  examples: ['pnpm bench:queue', 'pnpm bench:queue --training', 'pnpm bench:queue --workers 10 --runs 1000'],
  environment: ['DATABASE_URL'],
});

export const textCommand = defineCommand({
  name: 'pnpm bench:text',
  summary:
    'Times what the pages of your own text wait for: reading 50 tokens and steering, with a process that has to be started ' +
    'and with a warm one. Prints a JSON line per case.',
  options: {
    run: option({
      value: 'n',
      meaning: 'Id of the run whose SAE reads',
      otherwise: 'a run of the sweep that was started last',
      parse: positiveInteger,
    }),
    data: dataOption,
    json: flag('No effect: the output is always JSON lines'),
  },
  examples: ['pnpm bench:text', 'pnpm bench:text --run 12'],
  environment: ['SAE_LAB_DATA', 'DATABASE_URL'],
});

export const memoryCommand = defineCommand({
  name: 'pnpm bench:memory',
  summary:
    'Checks that memory stays the same when the data grow: extracts 100 thousand and 1 million activations, then ' +
    'trains TopK on each. Prints a JSON line per measurement, and the ratios.',
  options: {},
  examples: ['pnpm bench:memory'],
});

export const extractCommand = defineCommand({
  name: 'pnpm bench:extract',
  summary:
    "Times the extraction of activations: from safetensors, from an exported graph, by the introductory notebook's loop " +
    'and by batches in PyTorch, in turn. Prints a JSON line per case.',
  options: {
    model: option({
      value: 'folder',
      meaning: 'Measure this checkpoint in safetensors',
      otherwise: 'one with the shape of Pythia-70m, and the bundled model',
      parse: text,
    }),
    layers: option({
      value: 'n,n',
      meaning: 'Layers whose MLP output is extracted',
      otherwise: 'layer 1 and the last layer',
      parse: integers(0),
    }),
    threads: option({
      value: 'n,n',
      meaning: 'Numbers of threads',
      otherwise: '1, and one per core',
      parse: integers(1),
    }),
    rounds: option({ value: 'n', meaning: 'Rounds of each source', default: 3, parse: positiveInteger }),
    noPeers: flag('Do not run the Python peers, which also export the graph'),
    json: flag('No effect: the output is always JSON lines'),
  },
  examples: ['pnpm bench:extract', 'pnpm bench:extract --model ./models/SmolLM2-135M --threads 1'],
  environment: ['SAE_LAB_PEERS_PYTHON'],
});
