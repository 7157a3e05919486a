import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import {
  appendLatents,
  beginEvaluation,
  enqueueRuns,
  explainedLatents,
  finishEvaluation,
  openClaims,
  type Claims,
  upsertSaes,
  type Db,
  type SaeSubject,
} from '@sae-lab/db';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import { newRun, newSweep } from '@sae-lab/db/testing/rows';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { explanationsOfLatent } from '@sae-lab/db/reading';
import { balancedAccuracy, detectionSet } from './detection-set.ts';
import { explainLatents } from './explain-latents.ts';
import { decisionsIn, labelIn } from './prompts.ts';

let server: TestDatabase;
let db: Db;
let claims: Claims;
beforeAll(async () => {
  server = await openTestDatabase();
  ({ db } = server.database);
  claims = await openClaims(server.database);
}, 60_000);
afterAll(async () => {
  await claims?.close();
  await server?.stop();
});

interface Asked {
  readonly prompt: string;
  readonly key: string | undefined;
}

interface Reply {
  readonly status?: number;
  readonly content?: string;
  readonly body?: string;
}

/** A server that speaks the protocol of chat completions. `answer` gives the status and the content, or a raw body. */
async function chatServer(
  answer: (prompt: string, asked: number) => Reply | Promise<Reply>,
): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const http = createServer((request: IncomingMessage, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    const reply = async (): Promise<void> => {
      const { messages } = JSON.parse(text) as { messages: { content: string }[] };
      const prompt = messages[0]!.content;
      asked.push({ prompt, key: request.headers.authorization });
      const { status = 200, content = '', body } = await answer(prompt, asked.length);
      response.writeHead(status, { 'Content-Type': 'application/json', 'Retry-After': '0' });
      response.end(
        body ??
          JSON.stringify({
            choices: [{ message: { role: 'assistant', content } }],
            usage: { prompt_tokens: 100, completion_tokens: 7 },
          }),
      );
    };
    request.on('end', () => void reply());
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1/`, asked };
}

/** The sweep of the latest evaluation. */
let sweep = 0;

/** An evaluation of latents each of which fires on its own word, in separate documents. */
async function describedWords(words: readonly string[]): Promise<number> {
  sweep = await newSweep(db);
  const [run] = await enqueueRuns(db, sweep, [newRun({ width: 8 })]);
  return describe({ runId: run!.id }, words);
}

async function describe(subject: SaeSubject, words: readonly string[], version = 2): Promise<number> {
  const id = await beginEvaluation(db, {
    ...subject,
    name: 'features',
    version,
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
  const silent = Array.from({ length: 12 }, (_, place) => ({
    document: 10_000 + place,
    piece: 0,
    start: 0,
    tokens: ['nothing ', 'of it', `\n${place}`],
  }));
  return { latent, top, bands, silent };
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
  const options = { endpoint, claims, limit: 2, atOnce: 2, retries };
  const cost = { promptTokens: 400, completionTokens: 28 };
  expect(await explainLatents(db, id, options)).toEqual({
    explained: 2,
    failed: 0,
    skipped: 0,
    elsewhere: 0,
    ...cost,
    stored: cost,
  });
  expect(asked.map(({ key }) => key)).toEqual(Array.from({ length: 4 }, () => 'Bearer secret-key'));
  expect(await explanationsOfLatent(db, id, 0)).toMatchObject([
    {
      label: 'dog',
      score: 1,
      judged: 16,
      model: 'm',
      promptVersion: 2,
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
    await explainLatents(db, id, { endpoint: { url, model: 'm' }, claims, limit: 3, atOnce: 1, retries }),
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
    claims,
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
  const options = { claims, limit: 2, atOnce: 1, retries };
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
  const dog = featuresOf(0, 'dog');
  const { tested } = detectionSet(dog);
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
  expect(detectionSet({ ...dog, top: dog.top.slice(0, 2), bands: [] }).tested).toEqual([]);
});

test('the texts without the latent are those in which it is silent, of documents that are not shown', () => {
  const dog = featuresOf(0, 'dog');
  const silent = [{ ...dog.silent[0]!, document: dog.top[0]!.document }, ...dog.silent.slice(1)];
  const { tested } = detectionSet({ ...dog, silent });
  const without = tested.filter(({ isActive }) => !isActive).map(({ text }) => text);
  expect(without.length).toBeGreaterThanOrEqual(3);
  expect(silent.slice(1)).toEqual(expect.arrayContaining(without));
  // A latent that fires almost everywhere has no such texts, and no score.
  expect(detectionSet({ ...dog, silent: silent.slice(0, 3) }).tested).toEqual([]);
});

/** `pnpm explain` in its own process. */
function explainCommand(target: string, url: string, flags: readonly string[] = []) {
  const script = fileURLToPath(new URL('../cli/explain-main.ts', import.meta.url));
  const child = spawn(process.execPath, [script, target, '--data', server.dataDir, ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      DATABASE_URL: server.database.url,
      SAE_LAB_EXPLAIN_URL: url,
      SAE_LAB_EXPLAIN_MODEL: 'm',
    },
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
  const ended = new Promise<{ code: number | null; text: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, text })),
  );
  return { child, ended };
}

const WORDS = ['dog', 'cat', 'sky', 'sea', 'sun', 'oak'];
/** The word that a request is about. */
const wordIn = (prompt: string): string => /«([a-z]+)»|described as: (\w+)/.exec(prompt)!.slice(1).join('');

test('after a kill, the same command asks only for what is missing, and tells the cost', async () => {
  const id = await describedWords(WORDS);
  const held = Promise.withResolvers<void>();
  const isHeld = Promise.withResolvers<void>();
  let open = 0;
  // Two latents are explained. Then two others wait for an answer: one for its label, one for its test.
  const { url, asked } = await chatServer(async (prompt) => {
    if (['sky', 'sea'].includes(wordIn(prompt)) && (wordIn(prompt) === 'sky' || !isLabelPrompt(prompt))) {
      open += 1;
      if (open === 2) isHeld.resolve();
      await held.promise;
    }
    return sensible(prompt);
  });
  const killed = explainCommand(String(sweep), url, ['--at-once', '2']);
  await isHeld.promise;
  killed.child.kill('SIGKILL');
  await killed.ended;
  held.resolve();
  const before = await explainedLatents(db, { evaluationId: id, model: 'm', promptVersion: 2 });
  expect(before).toEqual(new Set([0, 1]));
  const first = asked.length;

  const { code, text } = await explainCommand(String(sweep), url, ['--at-once', '2']).ended;
  expect(code, text).toBe(0);
  expect(text).toContain(
    '4 explained, 2 before, 0 failed; 800 tokens sent, 56 received. ' +
      'All labels of this model together: 1200 sent, 84 received.',
  );
  const again = asked.slice(first).map(({ prompt }) => wordIn(prompt));
  expect(again.toSorted()).toEqual(['oak', 'oak', 'sea', 'sea', 'sky', 'sky', 'sun', 'sun']);
}, 60_000);

test('two commands at once ask for each latent once', async () => {
  const id = await describedWords(WORDS);
  const both = Promise.withResolvers<void>();
  let open = 0;
  // Nothing is answered before both have asked.
  const { url, asked } = await chatServer(async (prompt) => {
    open += 1;
    if (open === 2) both.resolve();
    await both.promise;
    return sensible(prompt);
  });
  const flags = ['--at-once', '1'];
  const commands = [explainCommand(String(sweep), url, flags), explainCommand(String(sweep), url, flags)];
  const ends = await Promise.all(commands.map(({ ended }) => ended));
  expect(
    ends.map(({ code }) => code),
    ends.map(({ text }) => text).join(''),
  ).toEqual([0, 0]);
  expect(asked.map(({ prompt }) => wordIn(prompt)).toSorted()).toEqual(
    WORDS.flatMap((word) => [word, word]).toSorted(),
  );
  const explained = await explainedLatents(db, { evaluationId: id, model: 'm', promptVersion: 2 });
  expect(explained.size).toBe(WORDS.length);
}, 60_000);

test('an SAE that no run trained is explained once its latents are described with silent texts', async () => {
  const [sae] = await upsertSaes(db, [
    {
      saeHash: 'theirs',
      kind: 'foreign',
      name: './theirs',
      source: './theirs',
      architecture: 'topk',
      hook: 'blocks.1.hook_mlp_out',
      dIn: 4,
      width: 8,
      config: {},
    },
  ]);
  const saeId = sae!.id;
  const target = `sae-${saeId}`;
  const { url, asked } = await chatServer((prompt) => sensible(prompt));
  await describe({ saeId }, ['dog'], 1);
  const early = await explainCommand(target, url).ended;
  expect(early.code).toBe(1);
  expect(early.text).toContain('explain.no-features');
  expect(early.text).toContain(`pnpm evaluate ${target} --only features`);
  expect(asked).toEqual([]);

  const id = await describe({ saeId }, ['cat']);
  const { code, text } = await explainCommand(target, url).ended;
  expect(code, text).toBe(0);
  expect(await explanationsOfLatent(db, id, 0)).toMatchObject([{ label: 'cat', model: 'm' }]);
}, 60_000);
