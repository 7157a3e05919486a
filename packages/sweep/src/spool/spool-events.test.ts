import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '@sae-lab/core';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import type { Provenance } from '../run/provenance.ts';
import { timesOf } from './ingest-attempt.ts';
import { openEventWriter, readAttempts } from './spool-events.ts';

const EVENTS: RunEvent[] = [
  { type: 'started', totalSteps: 9, lossConvention: 'any', backend: 'cpu' },
  { type: 'curves', curves: { loss: { steps: [0, 1], values: [NaN, Infinity] } } },
  { type: 'checkpoint', step: 2 },
];

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sae-lab-spool-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const writer = await openEventWriter(folder);
  for (const event of EVENTS) writer.write(event);
  writer.close();
  const [name] = await readdir(join(folder, 'events'));
  path = join(folder, 'events', name!);
});

/** The attempt after its second line, that of the curves, was replaced. */
async function withLine(line: string) {
  const lines = (await readFile(path, 'utf8')).split('\n');
  await writeFile(path, lines.with(1, line).join('\n'));
  const [attempt] = await readAttempts(folder);
  return {
    events: attempt!.events.map(({ event }) => event.type),
    said: attempt!.badLines.map(({ line: at, reason }) => `${at} ${reason}`),
  };
}
const MISSING = '3 the event before it is missing';

it('reads what was written, numbers that JSON lacks among it', async () => {
  const [attempt] = await readAttempts(folder);
  expect(attempt!.events.map(({ event }) => event)).toEqual(EVENTS);
  expect(attempt!.badLines).toEqual([]);
});

it.each([
  ['{"n":1,"event":{"type":"cur', 'is not JSON'],
  ['\0\u00ff\ufffd', 'is not JSON'],
  ['null', 'is not an event: Invalid input: expected object, received null'],
  ['{"n":1,"event":{"type":"of-the-future"}}', 'is not an event: event.type: '],
  ['{"n":1,"event":{"type":"curves","curves":7}}', 'is not an event: event.curves: '],
  [
    '{"n":1,"event":{"type":"curves","curves":{"loss":{"steps":[0],"values":["1"]}}}}',
    'is not an event: event.curves.loss.values.0: expected a number',
  ],
  [
    '{"n":1,"event":{"type":"curves","curves":{"loss":{"steps":[0,1],"values":[1]}}}}',
    'is not an event: event.curves.loss: expected as many values as steps',
  ],
  [
    '{"n":1,"event":{"type":"curves","curves":{"loss":{"steps":[2,1],"values":[1,1]}}}}',
    'is not an event: event.curves.loss: expected rising steps',
  ],
  ['{"n":1,"event":{"type":"checkpoint","step":3000000000}}', 'is not an event: event.step: '],
  ['{"n":1,"t":{"$number":"NaN"},"event":{"type":"checkpoint","step":1}}', 'is not an event: t: '],
  ['{"n":1,"event":{"type":"begun","provenance":{},"at":1e300}}', 'is not an event: event.at: '],
  ['{"n":1,"event":{"type":"ended","result":null}}', 'is not an event: event.result: '],
  [
    '{"n":1,"event":{"type":"ended","result":{"status":"finished"}}}',
    'is not an event: event.result.steps: ',
  ],
])('leaves out the line %j and names it', async (line, reason) => {
  const { events, said } = await withLine(line);
  expect(events).toEqual(['started', 'checkpoint']);
  expect(said).toEqual([expect.stringContaining(`2 ${reason}`), MISSING]);
});

it('uses an event once that is there twice', async () => {
  const [first] = (await readFile(path, 'utf8')).split('\n');
  const { events, said } = await withLine(first!);
  expect(events).toEqual(['started', 'checkpoint']);
  expect(said).toEqual(['2 comes a second time', MISSING]);
});

it('leaves out points that another line has', async () => {
  const lines = (await readFile(path, 'utf8')).split('\n');
  const again = lines[1]!.replace('"n":1', '"n":2');
  const resumed = '{"n":2,"event":{"type":"resumed","step":1,"curves":{"loss":{"steps":[0],"values":[1]}}}}';
  for (const [line, used] of [
    [again, false],
    [resumed, true],
  ] as const) {
    await writeFile(path, [...lines.slice(0, 2), line, ''].join('\n'));
    const [attempt] = await readAttempts(folder);
    expect(attempt!.events).toHaveLength(used ? 3 : 2);
    expect(attempt!.badLines.map(({ reason }) => reason)).toEqual(
      used ? [] : ['repeats steps of an earlier line'],
    );
  }
});

it('knows when an attempt began that printed something first', () => {
  const events = [
    { t: 5, event: { type: 'printed', from: 'output', text: 'early' } },
    { t: 20, event: { type: 'begun', provenance: {} as Provenance, at: 1000 } },
    { t: 90, event: { type: 'checkpoint', step: 2 } },
  ] as const;
  expect(timesOf({ attempt: 1, events, badLines: [] })).toEqual({
    startedAt: new Date(1000),
    lastAt: new Date(1090),
  });
});

it('leaves out a last line that is cut, which a kill may do, without a word', async () => {
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.slice(0, -9));
  const [attempt] = await readAttempts(folder);
  expect(attempt!.events.map(({ event }) => event.type)).toEqual(['started', 'curves']);
  expect(attempt!.badLines).toEqual([]);
});
