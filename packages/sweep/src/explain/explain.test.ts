import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { appendLatents, beginEvaluation, enqueueRuns, finishEvaluation, type Db } from '@sae-lab/db';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import { newRun, newSweep } from '@sae-lab/db/testing/rows';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { explanationsOfLatent } from '@sae-lab/db/reading';
import { balancedAccuracy, detectionSet } from './detection-set.ts';
import { explainLatents } from './explain-latents.ts';
import { decisionsIn, labelIn } from './prompts.ts';

let server: TestDatabase;
let db: Db;
beforeAll(async () => {
  server = await openTestDatabase();
  ({ db } = server.database);
}, 60_000);
afterAll(() => server?.stop());

interface Asked {
  readonly prompt: string;
  readonly key: string | undefined;
}

/** A server that speaks the protocol of chat completions. `answer` gives the status and the content, or a raw body. */
async function chatServer(
  answer: (prompt: string, asked: number) => { status?: number; content?: string; body?: string },
): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const http = createServer((request: IncomingMessage, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      const { messages } = JSON.parse(text) as { messages: { content: string }[] };
      const prompt = messages[0]!.content;
      asked.push({ prompt, key: request.headers.authorization });
      const { status = 200, content = '', body } = answer(prompt, asked.length);
      response.writeHead(status, { 'Content-Type': 'application/json', 'Retry-After': '0' });
      response.end(
        body ??
          JSON.stringify({
            choices: [{ message: { role: 'assistant', content } }],
            usage: { prompt_tokens: 100, completion_tokens: 7 },
          }),
      );
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1/`, asked };
}

/** An evaluation of latents each of which fires on its own word, in separate documents. */
async function describedWords(words: readonly string[]): Promise<number> {
  const [run] = await enqueueRuns(db, await newSweep(db), [newRun({ width: 8 })]);
  const id = await beginEvaluation(db, {
    runId: run!.id,
    name: 'features',
    version: 1,
    dataId: 'd',
    settingsHash: 's',
    activationsId: null,
    settings: {},
    provenance: {},
  });
  await appendLatents(
    db,
    id,
    words.map((word, latent) => ({
      latent,
      density: word === '' ? 0 : 0.01,
      maxActivation: 10 - latent,
      features: featuresOf(latent, word),
    })),
  );
  await finishEvaluation(db, id, { figures: {}, histograms: [], tokens: 10, documents: 1, seconds: 1 });
  return id;
}

function featuresOf(latent: number, word: string) {
  const example = (place: number) => ({
    document: 100 * latent + place,
    piece: 0,
    start: 0,
    tokens: ['some ', word, `\n${place}`],
    activations: [null, 5 - place / 10, 0],
    at: 1,
  });
  const top = word === '' ? [] : Array.from({ length: 10 }, (_, place) => example(place));
  const bands = word === '' ? [] : [{ from: 0, to: 8, examples: [0, 10, 11, 12].map(example) }];
  return { latent, top, bands };
}

const labelled = (prompt: string): string => /«([a-z]+)»/.exec(prompt)?.[1] ?? 'nothing';
const isLabelPrompt = (prompt: string): boolean => prompt.includes('«');

/** Answers as a model that understands: it names the word, and finds the texts with it. */
function sensible(prompt: string): { content: string } {
  if (isLabelPrompt(prompt)) return { content: `"${labelled(prompt)}".\n` };
  const word = /described as: (\w+)/.exec(prompt)![1]!;
  const texts = prompt.split('\n').filter((line) => /^\d+\. /.test(line));
  return { content: `Sure: [${texts.map((line) => (line.includes(word) ? 1 : 0)).join(', ')}]` };
}

const retries = { tries: 3, firstMs: 0 };

test('labels are stored with their score and cost, and are not asked for again', async () => {
  const id = await describedWords(['dog', 'cat', 'sky', '']);
  const { url, asked } = await chatServer(sensible);
  const endpoint = { url, model: 'm', key: 'secret-key' };
  const options = { endpoint, limit: 2, atOnce: 2, retries };
  expect(await explainLatents(db, id, options)).toEqual({
    explained: 2,
    failed: 0,
    skipped: 0,
    promptTokens: 400,
    completionTokens: 28,
  });
  expect(asked.map(({ key }) => key)).toEqual(Array.from({ length: 4 }, () => 'Bearer secret-key'));
  expect(await explanationsOfLatent(db, id, 0)).toMatchObject([
    {
      label: 'dog',
      score: 1,
      judged: 16,
      model: 'm',
      promptVersion: 1,
      promptTokens: 200,
      completionTokens: 14,
    },
  ]);
  // The texts that the label was written from are not among those that it is tested on.
  const [shown, tested] = [
    asked.find(({ prompt }) => prompt.includes('«dog»'))!,
    asked.find(({ prompt }) => prompt.includes('as: dog'))!,
  ];
  const numbers = (prompt: string): string[] =>
    [...prompt.matchAll(/dog»? ⏎ (\d+)/g)].map(([, number]) => number!);
  expect(numbers(shown.prompt)).toEqual(['0', '2', '4', '6', '8']);
  expect(numbers(tested.prompt).filter((number) => ['0', '2', '4', '6', '8'].includes(number))).toEqual([]);

  // The dead latent is never asked for.
  expect(await explainLatents(db, id, { ...options, limit: 9 })).toMatchObject({ explained: 1, skipped: 2 });
  expect(asked).toHaveLength(6);
  expect(JSON.stringify(await db.execute('select * from latent_explanations'))).not.toContain('secret');
});

test('limits, server errors and unreadable answers are tried again', async () => {
  const id = await describedWords(['dog', 'cat', 'sky']);
  const failures = [
    { status: 429 },
    { status: 500, body: 'oops' },
    { body: '{"choices": []}' },
    { body: 'no JSON' },
    { content: ' ' },
  ];
  const { url, asked } = await chatServer(
    (prompt, count) => (count % 2 === 1 ? failures[(count - 1) / 2] : undefined) ?? sensible(prompt),
  );
  expect(
    await explainLatents(db, id, { endpoint: { url, model: 'm' }, limit: 3, atOnce: 1, retries }),
  ).toMatchObject({
    explained: 3,
    failed: 0,
  });
  expect(asked).toHaveLength(6 + failures.length);
});

test('a latent that fails leaves the others; its key is not in the message', async () => {
  const id = await describedWords(['dog', 'cat', 'sky']);
  const { url } = await chatServer((prompt) =>
    prompt.includes('cat') && isLabelPrompt(prompt)
      ? { status: 503, body: 'bad secret-key' }
      : sensible(prompt),
  );
  const failed: string[] = [];
  const endpoint = { url, model: 'm', key: 'secret-key' };
  const counts = await explainLatents(db, id, {
    endpoint,
    limit: 3,
    atOnce: 3,
    retries,
    onFailed: (latent, error) => failed.push(`${latent} ${error.code} ${error.message}`),
  });
  expect(counts).toMatchObject({ explained: 2, failed: 1 });
  expect(failed).toEqual([expect.stringMatching(/^1 explain\.unavailable .*bad \*\*\*/s)]);
});

test('a refused request ends the command, and so does an endpoint that does not answer', async () => {
  const id = await describedWords(['dog', 'cat']);
  const { url, asked } = await chatServer(() => ({ status: 401, body: 'wrong key secret-key' }));
  const options = { limit: 2, atOnce: 1, retries };
  const endpoint = { url, model: 'm', key: 'secret-key' };
  await expect(explainLatents(db, id, { ...options, endpoint })).rejects.toMatchObject({
    code: 'explain.refused',
    message: expect.not.stringContaining('secret-key') as string,
  });
  expect(asked).toHaveLength(1);
  const nowhere = { url: 'http://127.0.0.1:9/v1', model: 'm' };
  await expect(explainLatents(db, id, { ...options, endpoint: nowhere })).rejects.toMatchObject({
    code: 'explain.unavailable',
  });
});

test('answers are read as models write them', () => {
  expect(labelIn('\n  “months of the year”.\nBecause …')).toBe('months of the year');
  expect(labelIn(' \n')).toBeUndefined();
  expect(labelIn('x'.repeat(400))).toHaveLength(300);
  expect(decisionsIn('```json\n[1, 0,1]\n```', 3)).toEqual([true, false, true]);
  expect(decisionsIn('[1, 0]', 3)).toBeUndefined();
  expect(decisionsIn('1 0 1', 3)).toBeUndefined();
});

test('constant answers score 0.5, and too few texts have no score', () => {
  const { top, bands } = featuresOf(0, 'dog');
  const { tested } = detectionSet({ latent: 0, top, bands }, featuresOf(1, 'cat').top);
  expect(tested.filter(({ isActive }) => isActive)).toHaveLength(tested.length / 2);
  for (const always of [true, false]) {
    expect(
      balancedAccuracy(
        tested,
        tested.map(() => always),
      ),
    ).toBe(0.5);
  }
  expect(
    balancedAccuracy(
      tested,
      tested.map(({ isActive }) => isActive),
    ),
  ).toBe(1);
  expect(detectionSet({ latent: 0, top: top.slice(0, 2), bands: [] }, []).tested).toEqual([]);
});
