import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('check-advisories.ts', import.meta.url));

const ADVISORY = {
  id: 1,
  url: 'https://github.com/advisories/GHSA-xxxx',
  title: 'Something bad',
  severity: 'high',
  vulnerable_versions: '>=1.0.0',
  cwe: [],
  cvss: { score: 7.5, vectorString: null },
};

/** Runs the check against a registry that answers with a status and a body. */
async function check(status: number, body: object): Promise<{ code: number; output: string }> {
  const registry = createServer((_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((listening) => registry.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
  try {
    return await new Promise((resolve) => {
      execFile(process.execPath, [script, '--registry', url], (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
      );
    });
  } finally {
    registry.close();
  }
}

test('findings are told apart from a registry that does not answer', async () => {
  const [clean, found, refused] = await Promise.all([
    check(200, {}),
    check(200, { next: [ADVISORY] }),
    check(405, {}),
  ]);
  expect(clean).toMatchObject({ code: 0, output: expect.stringContaining('apply: 0.') });
  expect(found.code).toBe(1);
  expect(found.output).toMatch(/^high: next@[\d.]+ by apps__dashboard>next .*Something bad.*GHSA-xxxx$/m);
  expect(refused).toMatchObject({ code: 2, output: expect.stringContaining('nothing is known') });
});

test('docs/dependencies.md has the versions that are installed', () => {
  const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
  const lockfile = read('pnpm-lock.yaml');
  const rows = read('docs/dependencies.md').matchAll(/^\| (`[^|]*`) +\| ([\d.][^|]*?) +\|/gm);
  const missing = [...rows].flatMap(([, packages, versions]) => {
    const given = versions!.split(', ');
    return packages!.split(', ').flatMap((name, index) => {
      const wanted = `${name.replaceAll('`', '').replace('*', 'linux-x64')}@${given[index] ?? given.at(-1)!}`;
      return lockfile.includes(`\n  ${wanted}:`) || lockfile.includes(`\n  '${wanted}':`) ? [] : [wanted];
    });
  });
  expect(missing, 'Look for advisories of the new version, and change the row.').toEqual([]);
});
