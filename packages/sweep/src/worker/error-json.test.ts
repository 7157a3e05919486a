import { SaeLabError } from '@sae-lab/errors';
import { expect, it } from 'vitest';
import { errorJson } from './error-json.ts';

it.each([null, undefined, 'text', 7])('describes a thrown value that is not an error: %j', (thrown) => {
  const { code, message } = errorJson(thrown);
  expect(code).toBe('run.failed');
  expect(message).toBe(`${JSON.stringify(thrown)} was thrown instead of an Error`);
});

it('keeps a SaeLabError, and adds the origin of any other error', () => {
  expect(errorJson(new SaeLabError('files.disk-full', { problem: 'p' }))).toMatchObject({
    code: 'files.disk-full',
    message: 'p',
  });
  expect(errorJson(new TypeError('no good')).message).toMatch(
    /^TypeError: no good \(at .*error-json\.test\.ts/,
  );
});
