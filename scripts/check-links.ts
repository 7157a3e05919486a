/**
 * `pnpm links`: links between the project's pages, and mentions of docs/ in code, that lead nowhere; and pages in docs/ that
 * no other page links to.
 *
 * Prints file:line and the target. The exit code is 1 if there are any.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { anchorsIn, docsMentionedIn, linksIn } from './links.ts';
import { trackedFiles } from './tracked-files.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const dead: string[] = [];
const pages = trackedFiles(['*.md']);
const unlinked = new Set(pages.filter((page) => page.startsWith('docs/')));

for (const page of pages) {
  for (const { line, target } of linksIn(readFileSync(page, 'utf8'))) {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (file !== page) unlinked.delete(file);
    if (!existsSync(file)) dead.push(`${page}:${line} ${target}: no such file`);
    else if (anchor && file.endsWith('.md') && !anchorsIn(readFileSync(file, 'utf8')).includes(anchor)) {
      dead.push(`${page}:${line} ${target}: no such heading`);
    }
  }
}
for (const file of trackedFiles(['*.ts', '*.tsx', '*.mjs', '*.py', '*.yaml', '*.yml', '.ci/run'])) {
  for (const { line, target } of docsMentionedIn(readFileSync(file, 'utf8'))) {
    if (!existsSync(target)) dead.push(`${file}:${line} ${target}: no such file`);
  }
}

dead.push(...[...unlinked].map((page) => `${page}: no page links to it`));

for (const problem of dead) console.log(problem);
if (dead.length > 0) process.exitCode = 1;
