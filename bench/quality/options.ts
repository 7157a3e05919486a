import { readArguments } from '@sae-lab/command-line';
import { SaeLabError } from '@sae-lab/errors';
import { CASES, type QualityCase } from './cases.ts';
import type { By } from './summary.ts';

export interface QualityOptions {
  readonly json: boolean;
  readonly tokens: readonly number[];
  readonly seeds: readonly number[];
  readonly cases: readonly QualityCase[];
  readonly hook: string;
  readonly width: number;
  readonly by: readonly By[];
  readonly dataDir: string;
}

const BY: readonly By[] = ['sae-lab', 'sae-lens'];

/**
 * @returns undefined where help is asked for
 * @throws SaeLabError `cli.usage`
 */
export function parseOptions(argv: readonly string[]): QualityOptions | undefined {
  const text = 'text' as const;
  const read = readArguments(argv, {
    name: 'pnpm bench:quality',
    options: {
      json: 'flag',
      tokens: text,
      seeds: text,
      variant: text,
      hook: text,
      width: text,
      by: text,
      data: text,
    },
  });
  if (read === undefined) return undefined;
  const { options } = read;
  const { variant = '', by } = options;
  const cases = CASES.filter((entry) => entry.variant.name.includes(variant));
  if (cases.length === 0) {
    throw refused('--variant', `a part of ${CASES.map((entry) => entry.variant.name).join(', ')}`, variant);
  }
  const chosen = BY.filter((name) => by === undefined || name === by);
  if (chosen.length === 0) throw refused('--by', BY.join(' or '), by!);
  return {
    json: options.json ?? false,
    tokens: wholeNumbers('--tokens', options.tokens ?? '300000', 1),
    seeds: wholeNumbers('--seeds', options.seeds ?? '0,1,2', 0),
    cases,
    hook: options.hook ?? 'blocks.2.hook_mlp_out',
    width: wholeNumbers('--width', options.width ?? '1024', 1)[0]!,
    by: chosen,
    dataDir: options.data ?? (process.env['SAE_LAB_DATA'] || '.sae-lab'),
  };
}

function wholeNumbers(field: string, list: string, least: number): number[] {
  const numbers = list.split(',').map((text) => (/^\d+$/.test(text) ? Number(text) : Number.NaN));
  if (numbers.every((number) => number >= least)) return numbers;
  throw refused(field, `whole numbers from ${least} on, separated by commas`, list);
}

function refused(field: string, expected: string, received: string): SaeLabError {
  return new SaeLabError('cli.usage', {
    problem: 'cannot be used',
    field,
    expected,
    received,
    fix: 'See the head of bench/quality.ts.',
  });
}
