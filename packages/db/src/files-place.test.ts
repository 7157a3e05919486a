import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { locateFiles } from './files-place.ts';

const other = { hostname: 'other', dataDir: '/theirs' };
const own = { hostname: hostname(), dataDir: '/theirs' };
const unknown = { hostname: null, dataDir: null };
const missing = { state: 'missing', problem: 'nothing in /ours' };

test.each([
  ['here first', other, ['/ours', '/theirs'], true, { state: 'here' }],
  ['in their folder', own, ['/theirs'], true, { state: 'elsewhere', dataDir: '/theirs' }],
  ['in a mounted folder', other, ['/theirs'], true, { state: 'elsewhere', dataDir: '/theirs' }],
  ['on another machine', other, [], true, { state: 'elsewhere', dataDir: '/theirs', host: 'other' }],
  ['on a renamed machine, with an embedded database', other, [], false, missing],
  ['nowhere on this machine', own, [], true, missing],
  ['of an unknown machine', unknown, [], true, missing],
] as const)('finds files %s', async (_, owner, folders, shared, expected) => {
  const problemIn = async (folder: string) =>
    (folders as readonly string[]).includes(folder) ? undefined : `nothing in ${folder}`;
  expect(await locateFiles(owner, { dataDir: '/ours', shared, problemIn })).toEqual(expected);
});
