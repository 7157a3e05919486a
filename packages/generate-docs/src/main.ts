// `pnpm docs:generate`
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, PROJECT_ROOT, runMain } from '@sae-lab/command-line';
import { command } from './command.ts';
import { generatePages } from './pages.ts';

await runMain(command, async ({ options: { check } }) => {
  let stale = 0;
  for (const [path, text] of Object.entries(await generatePages())) {
    const file = join(PROJECT_ROOT, path);
    const current = await readFile(file, 'utf8').catch(() => '');
    if (current === text) continue;
    stale += 1;
    if (!check) await writeFile(file, text);
    console.log(check ? `${path} is not up to date: run \`pnpm docs:generate\`.` : `Wrote ${path}.`);
  }
  return check && stale > 0 ? EXIT.failed : EXIT.done;
});
