import { expect, it } from 'vitest';
import type { EvaluationEvent } from './events.ts';
import { evaluationLine } from './evaluation-text.ts';
import { intervalTables } from './interval-tables.ts';

type Evaluated = Extract<EvaluationEvent, { type: 'evaluation.skipped' }>;

const evaluated = (sae: string, hook = 'blocks.1.hook_mlp_out'): Evaluated => ({
  type: 'evaluation.skipped',
  evaluation: 'reconstruction',
  hook,
  runId: 1,
  runHash: 'abc',
  sae,
  figures: {
    relative_reconstruction_bias: { value: 1, low: null, high: null },
    mse: { value: Number.NaN, low: null, high: null },
    l0: { value: 31.96, low: 31.51, high: 32.41 },
    explained_variance: { value: 0.87654, low: 0.87, high: 0.88 },
  },
});

it('shows figures with their intervals, in the order of the vocabulary', () => {
  const text = intervalTables([evaluated('topk k=32')], { width: 200, all: true });
  expect(text.split('\n')).toEqual([
    'reconstruction on blocks.1.hook_mlp_out',
    '┌───────────┬───────────────────┬─────────────────────────┬─────┬────────┐',
    '│ SAE       │                L0 │              expl. var. │ MSE │ bias γ │',
    '├───────────┼───────────────────┼─────────────────────────┼─────┼────────┤',
    '│ topk k=32 │ 32.0 [31.5, 32.4] │ 0.8765 [0.8700, 0.8800] │   – │  1.000 │',
    '└───────────┴───────────────────┴─────────────────────────┴─────┴────────┘',
  ]);
});

it('leaves out details, and figures that do not fit', () => {
  const text = intervalTables([evaluated('topk k=32')], { width: 40, all: false });
  expect(text).toContain('│                L0 │');
  expect(text).not.toContain('expl. var.');
  expect(text).toContain('… and 3 more figures: use --all, --json or the dashboard');
});

it('has a table for each hook, and shortens long ones', () => {
  const many = Array.from({ length: 201 }, (_, index) => evaluated(`sae ${index}`));
  const text = intervalTables([...many, evaluated('other', 'blocks.2.hook_mlp_out')], {
    width: 200,
    all: false,
  });
  expect(text.match(/^reconstruction on/gm)).toHaveLength(2);
  expect(text).toContain('and 1 more rows');
  expect(text).not.toContain('sae 200 ');
});

it('describes the progress of an evaluation in a line', () => {
  const ofJob = { evaluation: 'ce', hook: 'blocks.1.hook_mlp_out', job: 0, saes: 3 };
  const progress = { done: 500, total: 2000, unit: 'tokens', perSecond: 1250, secondsLeft: 1.2 };
  expect(evaluationLine({ type: 'evaluation.progress', ...ofJob, ...progress })).toBe(
    'ce: blocks.1.hook_mlp_out, 500 of 2000 tokens, 1.3k tokens/s, 0:02 left',
  );
  expect(evaluationLine({ type: 'evaluation.started', ...ofJob })).toBe('ce: blocks.1.hook_mlp_out, 3 SAEs');
  // Results of several hooks arrive in any order.
  const failure = { sae: 'topk k=4', error: { code: 'sae.unreadable', message: '' } };
  expect(evaluationLine({ type: 'evaluation.failed', ...ofJob, ...failure } as never)).toBe(
    'ce: topk k=4, blocks.1.hook_mlp_out: failed (sae.unreadable)',
  );
  const counts = { finished: 2, skipped: 0, failed: 1, interrupted: 0, seconds: 3 };
  expect(evaluationLine({ type: 'evaluations.finished', ...counts })).toBe(
    'evaluations: 2 finished, 1 failed in 3.0 s',
  );
});

it('counts the SAEs of an evaluation without figures', () => {
  const described = { ...evaluated('topk k=32'), evaluation: 'features', figures: {} };
  const layout = { width: 80, all: false };
  expect(intervalTables([described], layout)).toBe('features on blocks.1.hook_mlp_out: 1 SAE');
  expect(intervalTables([described, described], layout)).toBe('features on blocks.1.hook_mlp_out: 2 SAEs');
});
