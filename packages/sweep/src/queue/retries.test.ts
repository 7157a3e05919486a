import type { RunAttempt } from '@sae-lab/db';
import { SaeLabError, type ErrorCode } from '@sae-lab/errors';
import { describe, expect, it } from 'vitest';
import { MOST_RETRIES, pauseAfter, retriesOf, retryableCause, retryOf, threadsAfter } from './retries.ts';

const failed = (code: ErrorCode, problem = 'p') => new SaeLabError(code, { problem }).toJSON();
const crashed = (how: string) => failed('run.worker-crashed', `the worker process ended with ${how}`);
const ended = (...reasons: RunAttempt['reason'][]) => reasons.map((reason) => ({ reason }) as RunAttempt);

describe('the cause of a failure', () => {
  it.each([
    [failed('files.disk-full'), 'disk'],
    [failed('activations.no-space'), 'disk'],
    [failed('kernels.out-of-memory'), 'out-of-memory'],
    [crashed('signal SIGKILL'), 'out-of-memory'],
    [crashed('signal SIGABRT'), 'out-of-memory'],
    [failed('run.taken-over'), 'lost'],
  ] as const)('of %j may be gone next time', (error, cause) => {
    expect(retryableCause(error)).toBe(cause);
  });

  it.each([
    failed('run.failed'),
    failed('run.diverged'),
    failed('run.worker-silent'),
    failed('variant.k-too-large'),
    crashed('exit code 7'),
    crashed('signal SIGSEGV'),
  ])('of %j comes again', (error) => {
    expect(retryableCause(error)).toBeUndefined();
    expect(retryOf(error, [])).toBeUndefined();
  });
});

it('tries a run again a limited number of times, preemptions aside', () => {
  const error = failed('files.disk-full');
  const many = Array.from({ length: MOST_RETRIES - 1 }, () => 'disk' as const);
  const earlier = ended(...many, 'preempted', 'preempted', 'interrupted', 'finished');
  expect(retryOf(error, earlier)).toEqual({ reason: 'disk', error });
  // An attempt that never ended is lost.
  expect(retriesOf([...earlier, ...ended(null)])).toBe(MOST_RETRIES);
  expect(retryOf(error, [...earlier, ...ended(null)])).toBeUndefined();
});

it('counts again from the start once the run has failed, or was cancelled', () => {
  const lost = Array.from({ length: MOST_RETRIES }, () => 'lost' as const);
  for (const end of ['failed', 'diverged', 'cancelled'] as const) {
    expect(retriesOf(ended(...lost, end, 'lost'))).toBe(1);
  }
});

it('waits twice as long before each further try of a run that lacked disk or memory', () => {
  expect(pauseAfter([])).toBe(0);
  expect(pauseAfter(ended('lost'))).toBe(0);
  expect(pauseAfter(ended('out-of-memory'))).toBe(2);
  expect(pauseAfter(ended('out-of-memory', 'preempted', 'disk'))).toBe(4);
  expect(pauseAfter(ended('disk', 'disk', 'lost', 'disk', 'disk'))).toBe(32);
  // What happened since says that there was enough.
  expect(pauseAfter(ended('disk', 'disk', 'preempted'))).toBe(0);
  expect(pauseAfter(ended('disk', 'disk', 'failed', 'disk'))).toBe(2);
});

it('halves the threads for each time that the memory was exhausted', () => {
  expect(threadsAfter([], 8)).toBe(8);
  expect(threadsAfter(ended('out-of-memory', 'lost', 'out-of-memory'), 8)).toBe(2);
  expect(threadsAfter(ended('out-of-memory', 'out-of-memory'), 2)).toBe(1);
});
