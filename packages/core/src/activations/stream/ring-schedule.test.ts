import { describe, expect, it } from 'vitest';
import { seeded } from '../../random/seeded.ts';
import { RingSchedule } from './ring-schedule.ts';
import { STREAM_START, type StreamPlace } from './streamed-windows.ts';

interface SimulatedRun {
  place: StreamPlace;
  /** Windows that it reads in its current part; undefined while it waits. */
  part: { readonly windows: readonly number[]; readonly perEpoch: number | null } | undefined;
  /** Number of windows that it has yet to read. */
  left: number;
}

/**
 * Runs of random speeds and lengths on a corpus of `perEpoch` windows. Each reads the windows that it was given when it
 * started, while others are extracted.
 *
 * @param resumed begins where a killed sweep may have stopped: runs at any place, any windows on disk
 */
function simulate(seed: number, resumed: boolean): 'finished' | 'stuck' {
  const random = seeded(seed, 'ring');
  const most = random.integer(1, 4);
  const perEpoch = random.integer(1, 7);
  const leftBehind = resumed
    ? Array.from({ length: perEpoch - 1 }, (_, i) => i + 1).filter(() => random.uniform() < 0.5)
    : [];
  const onDisk = new Set<number>(leftBehind.slice(0, most));
  const schedule = new RingSchedule(most, [...onDisk], resumed ? perEpoch : null);
  const runs = Array.from({ length: random.integer(1, 5) }, (): SimulatedRun => ({
    place: resumed
      ? { epoch: random.integer(0, 1), window: random.integer(0, perEpoch - 1), perEpoch }
      : STREAM_START,
    part: undefined,
    left: random.integer(1, 20),
  }));
  const unfinished = (): typeof runs => runs.filter(({ left }) => left > 0);
  const longest = Math.max(...runs.map(({ left }) => left));
  const tellNeeds = (): void => {
    if (unfinished().length > 0)
      schedule.setNeeds(
        unfinished().map(({ place }) => place),
        longest,
        unfinished().flatMap(({ part }) => part?.windows ?? []),
      );
  };
  tellNeeds();

  for (let turns = 0; unfinished().length > 0; turns++) {
    if (turns > 10_000) return 'stuck';
    if (random.uniform() < 0.5) {
      const next = schedule.next();
      if (next === undefined) continue;
      for (const window of next.remove) {
        // Nothing that a run may still read in its part is removed.
        for (const { part } of unfinished()) expect(part?.windows ?? []).not.toContain(window);
        expect(onDisk.delete(window)).toBe(true);
        schedule.removed(window);
      }
      const rows = next.window < perEpoch ? 1 : 0;
      expect(onDisk.has(next.window)).toBe(false);
      if (rows > 0) onDisk.add(next.window);
      expect(onDisk.size).toBeLessThanOrEqual(most);
      schedule.extracted(next.window, { rows, isLast: rows === 0 });
      continue;
    }
    const run = unfinished()[random.integer(0, unfinished().length - 1)]!;
    if (run.part === undefined) {
      if (schedule.has(run.place)) {
        run.part = { windows: schedule.windowsFrom(run.place), perEpoch: schedule.perEpoch };
        tellNeeds();
      }
      continue;
    }
    // Reads its windows in order, then waits.
    let { epoch, window } = run.place;
    const known = run.part.perEpoch;
    for (; run.left > 0; run.left--) {
      if (known !== null && window >= known) [epoch, window] = [epoch + 1, 0];
      if (window !== 0 && !run.part.windows.includes(window)) break;
      if (window !== 0) expect(onDisk.has(window)).toBe(true);
      window++;
    }
    run.place = { epoch, window, perEpoch: known };
    run.part = undefined;
    tellNeeds();
  }
  return 'finished';
}

describe('the schedule of a ring', () => {
  it('gives every run its windows in order and never has more on disk than allowed', () => {
    for (let seed = 0; seed < 300; seed++) expect(simulate(seed, false)).toBe('finished');
  });

  it('keeps the windows that a run was given while another run, further behind, needs others', () => {
    for (let seed = 0; seed < 600; seed++) expect(simulate(seed, true)).toBe('finished');
  });

  it('waits for the run that is furthest behind', () => {
    const schedule = new RingSchedule(2, [], null);
    const behind: StreamPlace = { epoch: 0, window: 1, perEpoch: null };
    schedule.setNeeds([behind, { ...behind, window: 3 }], 100);
    for (const window of [1, 2]) {
      expect(schedule.next()).toEqual({ window, remove: [] });
      schedule.extracted(window, { rows: 10, isLast: false });
    }
    expect(schedule.next()).toBeUndefined();
    schedule.setNeeds(
      [
        { ...behind, window: 2 },
        { ...behind, window: 3 },
      ],
      100,
    );
    expect(schedule.next()).toEqual({ window: 3, remove: [1] });
  });

  it('keeps the windows of a small corpus for the next pass', () => {
    const schedule = new RingSchedule(2, [1], null);
    schedule.setNeeds([{ epoch: 0, window: 2, perEpoch: null }], 10);
    expect(schedule.next()).toEqual({ window: 2, remove: [] });
    schedule.extracted(2, { rows: 3, isLast: true });
    expect(schedule.next()).toBeUndefined();
    expect(schedule.windowsFrom({ epoch: 0, window: 2, perEpoch: null })).toEqual([2, 1]);
  });

  it('removes the windows first that are needed last', () => {
    const schedule = new RingSchedule(2, [1, 3], 5);
    schedule.setNeeds([{ epoch: 0, window: 2, perEpoch: 5 }], 10);
    expect(schedule.next()).toEqual({ window: 2, remove: [1] });
  });

  it('continues at a place of a later pass', () => {
    const schedule = new RingSchedule(1, [], null);
    schedule.setNeeds([{ epoch: 2, window: 4, perEpoch: 6 }], 3);
    expect(schedule.perEpoch).toBe(6);
    expect(schedule.next()).toEqual({ window: 4, remove: [] });
  });
});
