import type { RunAttempt } from '@sae-lab/db/reading';
import { expect, test } from 'vitest';
import { instant } from '../format/time.ts';
import { attemptGroup } from './attempt-facts.ts';

const start = new Date('2026-11-29T10:00:00Z');
const end = new Date('2026-11-29T10:30:00Z');

function attempt(number: number, given: Partial<RunAttempt> = {}): RunAttempt {
  const ended = { endedAt: end, reason: 'finished', error: null } as const;
  return { runId: 1, attempt: number, hostname: 'gpu-7', spool: null, startedAt: start, ...ended, ...given };
}

const texts = (run: Parameters<typeof attemptGroup>[0], attempts: readonly RunAttempt[]) =>
  attemptGroup(run, attempts).facts.map(([label, value]) => [label, value]);

test('says where each attempt was made, from when to when, and how it ended', () => {
  const error = { code: 'files.disk-full', message: 'the disk is full' };
  const attempts = [
    attempt(1, { reason: 'disk', error }),
    attempt(2, { reason: 'cancelled', hostname: null }),
    attempt(3, { reason: null, endedAt: null }),
    attempt(4, { reason: null, endedAt: null }),
  ];
  expect(texts({ attempt: 4, status: 'running' }, attempts)).toEqual([
    [
      'Attempt 1',
      `gpu-7, ${instant(start)} to ${instant(end)}: ended, because the disk was full. the disk is full (files.disk-full)`,
    ],
    ['Attempt 2', `${instant(start)} to ${instant(end)}: cancelled in the dashboard`],
    ['Attempt 3', `gpu-7, started ${instant(start)}: lost, because its process or machine disappeared`],
    ['Attempt 4', `gpu-7, since ${instant(start)}: trains now`],
  ]);
  // Nobody trains it any more.
  expect(texts({ attempt: 4, status: 'interrupted' }, attempts).at(-1)![1]).toContain('lost');
});

test('says that an error stopped an attempt, and not that a user or the time did', () => {
  const error = { code: 'store.no-permission', message: 'the credentials lack a permission' };
  for (const reason of ['interrupted', 'preempted'] as const) {
    const [[, text]] = texts({ attempt: 1, status: 'interrupted' }, [attempt(1, { reason, error })]) as [
      [string, string],
    ];
    expect(text).toContain(': stopped by an error. the credentials lack a permission (store.no-permission)');
  }
});

test('counts the first ones of very many', () => {
  const many = Array.from({ length: 23 }, (_, index) => attempt(index + 1));
  const shown = texts({ attempt: 23, status: 'finished' }, many);
  expect(shown.length).toBe(21);
  expect([shown[0], shown[1]![0], shown.at(-1)![0]]).toEqual([
    ['Earlier', '3 more'],
    'Attempt 4',
    'Attempt 23',
  ]);
});
