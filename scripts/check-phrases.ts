/**
 * `pnpm phrases [path…]`: the phrases of docs/style.md that must not be written, in every tracked text or the ones named.
 *
 * Prints file:line:column, the phrase and what to write instead. The exit code is 1 if there are any.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findPhrases } from './phrases.ts';
import { trackedFiles } from './tracked-files.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const TEXTS = ['*.md', '*.ts', '*.tsx', '*.mjs', '*.py', '*.yml', '*.yaml', '*.cff', '.ci/run'];
/** These quote the phrases. */
const QUOTING = new Set(['docs/style.md', 'scripts/phrases.ts', 'scripts/phrases.test.ts']);

const named = process.argv.slice(2);
const files = trackedFiles(TEXTS).filter(
  (file) =>
    !QUOTING.has(file) &&
    (named.length === 0 ||
      named.some((path) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`))),
);

let count = 0;
for (const file of files) {
  for (const { line, column, found, instead } of findPhrases(readFileSync(file, 'utf8'))) {
    count += 1;
    console.log(`${file}:${line}:${column} "${found}": write ${instead}`);
  }
}
if (count > 0) {
  console.error(`${count} phrases to rewrite. docs/style.md says how.`);
  process.exitCode = 1;
}
