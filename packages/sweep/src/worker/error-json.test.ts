import { SaeLabError } from '@sae-lab/errors';
import { expect, it } from 'vitest';
import { errorJson } from './error-json.ts';

it.each([null, undefined, 'text', 7])('says what was thrown instead of an error: %j', (thrown) => {
  const { code, message } = errorJson(thrown);
  expect(code).toBe('run.failed');
  expect(message).toBe(`${JSON.stringify(thrown)} was thrown, which is no error`);
});

it('keeps a typed error, and says where another one was thrown', () => {
  expect(errorJson(new SaeLabError('files.disk-full', { problem: 'p' }))).toMatchObject({
    code: 'files.disk-full',
    message: 'p',
  });
  expect(errorJson(new TypeError('no good')).message).toMatch(
    /^TypeError: no good \(at .*error-json\.test\.ts/,
  );
});
