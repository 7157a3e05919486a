import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { SweepEvent } from './events.ts';
import { jsonEvents, jsonProgress } from './json-lines.ts';

const label = { runId: 1, runHash: 'a', variant: 'topk', coefficient: 'k=8', hook: 'h', width: 8, seed: 0 };
const progress = (hash: string): SweepEvent => ({
  type: 'run.progress',
  ...label,
  runHash: hash,
  step: 1,
  totalSteps: 2,
  tokensPerSecond: 10,
  secondsLeft: 1,
});

function collect(): { output: Writable; lines: () => unknown[] } {
  let text = '';
  const output = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return {
    output,
    lines: () =>
      text
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as unknown),
  };
}

describe('jsonEvents', () => {
  it('writes every event except progress, one per line, with null for an undefined figure', () => {
    const { output, lines } = collect();
    const reporter = jsonEvents(output);
    reporter.report(progress('a'));
    reporter.report({
      type: 'run.finished',
      ...label,
      seconds: 1,
      figures: { l0: Number.NaN, mse: Infinity },
      sae: null,
    });
    expect(lines()).toEqual([
      { type: 'run.finished', ...label, seconds: 1, figures: { l0: null, mse: 'Infinity' }, sae: null },
    ]);
  });
});

describe('jsonProgress', () => {
  it('writes the progress of each run at most every two seconds', () => {
    const { output, lines } = collect();
    let time = 0;
    const reporter = jsonProgress(output, () => time);
    for (time of [0, 500, 1999, 2000, 2100]) {
      reporter.report(progress('a'));
      reporter.report(progress('b'));
    }
    reporter.report({ type: 'run.skipped', ...label, sae: null });
    expect(lines().map((line) => (line as { runHash: string }).runHash)).toEqual(['a', 'b', 'a', 'b']);
  });
});
