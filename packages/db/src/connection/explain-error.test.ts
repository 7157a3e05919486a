import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { explainError } from './explain-error.ts';

it.each([
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'EADDRNOTAVAIL',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ENOTCONN',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
])('takes %s for a lost connection, also in an error of the queries', (code) => {
  const ofNetwork = Object.assign(new Error(`read ${code}`), { code, syscall: 'read' });
  for (const error of [ofNetwork, new Error('Failed query', { cause: ofNetwork })])
    expect(explainError(error)).toMatchObject({ code: 'db.connection-lost' });
});

it.each(['EACCES', 'EPERM', 'ENETUNREACH'])('takes %s of a connection for a lost one', (code) => {
  const error = Object.assign(new Error(`connect ${code} 10.0.0.1:5432`), { code, syscall: 'connect' });
  expect(explainError(error)).toMatchObject({ code: 'db.connection-lost' });
});

it('distinguishes a missing server socket from a missing file', async () => {
  const ofSocket = await new Promise((resolve) => connect('/nowhere/.s.PGSQL.5432').once('error', resolve));
  expect(explainError(ofSocket)).toMatchObject({ code: 'db.connection-lost' });
  const ofFile = await readFile('/nowhere/file').catch((error: unknown) => error);
  expect(explainError(ofFile)).toBe(ofFile);
});
