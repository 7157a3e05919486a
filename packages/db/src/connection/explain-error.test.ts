import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { explainError } from './explain-error.ts';

it('distinguishes a missing server socket from a missing file', async () => {
  const ofSocket = await new Promise((resolve) => connect('/nowhere/.s.PGSQL.5432').once('error', resolve));
  expect(explainError(ofSocket)).toMatchObject({ code: 'db.connection-lost' });
  const ofFile = await readFile('/nowhere/file').catch((error: unknown) => error);
  expect(explainError(ofFile)).toBe(ofFile);
});
