import type { CDPSession, Page } from 'playwright-core';

/** Frames that are scrolled. */
const FRAMES = 240;
/** Pixels of a frame: two and a half rows. */
const STEP = 90;

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  /** Microseconds of the processor that its thread used. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** What frames cost while an element scrolls under a moving pointer. */
export interface ScrollCost {
  /** Milliseconds between frames that 95 % stay under. */
  readonly frameMs: number;
  /** Milliseconds of the processor that the main thread used for a frame, which other programs do not change. */
  readonly workMs: { readonly median: number; readonly p95: number };
  /** Milliseconds of the processor for a frame by what they were used for, the most first. */
  readonly parts: readonly (readonly [name: string, ms: number])[];
}

/** Scrolls an element over thousands of rows, and reads from Chromium's trace what its main thread did. */
export async function scrollCost(page: Page, selector: string): Promise<ScrollCost> {
  const session = await page.context().newCDPSession(page);
  let frameMs = 0;
  const events = await traced(session, async () => {
    const done = page.evaluate(scrollAndTimeFrames, { selector, frames: FRAMES, step: STEP });
    const scrolling = { ends: false };
    void done.finally(() => (scrolling.ends = true));
    for (let at = 0; !scrolling.ends; at++) {
      await page.mouse.move(300 + ((at * 7) % 400), 250 + ((at * 13) % 400));
    }
    frameMs = await done;
  });
  await session.detach();
  return { frameMs, ...workOf(events) };
}

/** The time that 95 % of the frames stay under while the element scrolls. */
async function scrollAndTimeFrames({
  selector,
  frames,
  step,
}: {
  selector: string;
  frames: number;
  step: number;
}): Promise<number> {
  const element = document.querySelector(selector)!;
  const times: number[] = [];
  let before = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
  for (let frame = 0; frame < frames; frame++) {
    element.scrollTop += step;
    const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    times.push(now - before);
    before = now;
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)]!;
}

async function traced(session: CDPSession, run: () => Promise<void>): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'],
    },
  });
  await run();
  await session.send('Tracing.end');
  await complete;
  return events;
}

/** Tasks of the thread that fires animation frames, in bins from one frame to the next. */
function workOf(events: readonly TraceEvent[]): Omit<ScrollCost, 'frameMs'> {
  const firings = events.filter(({ name }) => name === 'FireAnimationFrame');
  const counts = Map.groupBy(firings, ({ pid, tid }) => `${pid} ${tid}`);
  const [main] = [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0]!;
  const own = events.filter(({ pid, tid, ph }) => `${pid} ${tid}` === main && ph === 'X');
  const starts = counts
    .get(main)!
    .map(({ ts }) => ts)
    .toSorted((a, b) => a - b);
  const bins = Array.from({ length: starts.length - 1 }, () => 0);
  let frame = 0;
  for (const { ts, tdur = 0 } of own
    .filter(({ name }) => name === 'ThreadControllerImpl::RunTask')
    .toSorted((a, b) => a.ts - b.ts)) {
    while (frame < bins.length && ts >= starts[frame + 1]!) frame++;
    if (ts >= starts[0]! && frame < bins.length) bins[frame] = bins[frame]! + tdur / 1000;
  }
  const sorted = bins.toSorted((a, b) => a - b);
  const byName = Map.groupBy(own, ({ name }) => name);
  const parts = [...byName]
    .map(
      ([name, found]) =>
        [name, found.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 1000 / bins.length] as const,
    )
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 14);
  return {
    workMs: {
      median: sorted[Math.floor(sorted.length / 2)]!,
      p95: sorted[Math.floor(sorted.length * 0.95)]!,
    },
    parts,
  };
}
