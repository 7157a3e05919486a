import type { Run, Sweep } from '@sae-lab/db';
import { expect, it } from 'vitest';
import { requireUsed } from './unused-options.ts';

const none = { like: undefined, model: undefined, dataset: undefined, hook: undefined, anyModel: false };
const sweep = { kind: 'sweep', sweep: { name: 'mine' } as Sweep } as const;
const run = { kind: 'run', run: { runHash: 'abcd' } as Run } as const;
const files = { kind: 'files', source: './theirs' } as const;

it('accepts what the target uses', () => {
  expect(() => requireUsed(sweep, none)).not.toThrow();
  expect(() => requireUsed(files, { ...none, like: 'mine', hook: 'h', anyModel: true })).not.toThrow();
  expect(() => requireUsed(files, { ...none, model: 'a/b', dataset: 'c/d' })).not.toThrow();
});

it.each([
  [sweep, { hook: 'blocks.0.hook_mlp_out' }, /--hook: is for SAEs from files.*received the sweep mine/],
  [run, { anyModel: true }, /--any-model: is for SAEs from files.*received the run abcd/],
  [files, { like: 'mine', model: 'a/b' }, /--model: says which data to evaluate on, and so does --like/],
  [files, { like: 'mine', dataset: 'c/d' }, /--dataset: .*received c\/d/],
])('refuses what has no effect: %o %o', (target, given, message) => {
  expect(() => requireUsed(target, { ...none, ...given })).toThrow(
    expect.objectContaining({
      code: 'cli.usage',
      message: expect.stringMatching(message) as string,
    }) as Error,
  );
});
