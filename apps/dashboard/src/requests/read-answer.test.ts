import { expect, test } from 'vitest';
import { readAnswer } from './read-answer.ts';

test('an answer is what its JSON says, whatever the status', async () => {
  expect(await readAnswer(Response.json({ rows: [] }))).toEqual({ rows: [] });
  const problem = { code: 'filter.syntax', message: 'no' };
  expect(await readAnswer(Response.json({ problem }, { status: 400 }))).toEqual({ problem });
});

test.each([
  [414, 'The address is too long.\n', 'The address is too long.'],
  [401, '', 'The server answered 401.'],
])('a refusal in plain text, %i, is a problem', async (status, text, message) => {
  expect(await readAnswer(new Response(text, { status }))).toMatchObject({ problem: { message } });
});

test.each([429, 500, 502, 503])('after %i, the same request may succeed', async (status) => {
  expect(await readAnswer(new Response('<html>', { status }))).toBeUndefined();
});
