/**
 * How long does a reader wait for an answer on their own text?
 *
 *     pnpm bench:text [--run 1] [--data .sae-lab]
 *
 * Prints a JSON line per case: `{"bench":"text","case","tokens","milliseconds","slowest","repeats"}`; milliseconds are the
 * median from the request to the answer. `cold` starts the process and loads everything, `warm` has it in memory.
 */
import { environment, runMain } from '@sae-lab/command-line';
import { listSweeps, openDatabase, runsOfSweep, type Database } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import type { TextRequest } from '@sae-lab/text/requests';
import { TextService } from '@sae-lab/text/service';
import { textCommand } from './commands.ts';
import { median, round } from './training/timing.ts';

const TEXT =
  'The old man sat by the river and watched the boats go by, thinking of the years when he had been young ' +
  'and the water had been clear, and nobody had yet built the mill on the far side.';
const STEPS = 20;
const REPEATS = { cold: 5, warm: 30 };

await runMain(textCommand, async ({ options: { run, data: dataDir } }) => {
  const database = await openDatabase({ dataDir, url: environment('DATABASE_URL'), access: 'read' });
  try {
    const runId = run ?? (await newestRun(database));
    const service = (): TextService => new TextService({ dataDir, databaseUrl: database.url });
    const read: TextRequest = { kind: 'read', text: TEXT, saes: [{ runId }] };
    const steer: TextRequest = {
      kind: 'steer',
      sae: { runId },
      text: TEXT,
      latent: 0,
      change: { kind: 'add', strength: 5, unit: 'one' },
      from: 0,
      steps: STEPS,
    };
    const next: TextRequest = { ...steer, steps: 0 };
    const cases = { read, 'next token, steered': next, [`${STEPS} tokens, steered`]: steer };
    for (const [name, request] of Object.entries(cases)) {
      const cold: number[] = [];
      for (let repeat = 0; repeat < REPEATS.cold; repeat++) {
        const started = service();
        cold.push((await started.ask(request)).milliseconds.total);
        started.close();
      }
      report(`${name}, cold`, cold);
      const warmed = service();
      const { answer } = await warmed.ask(request);
      const warm: number[] = [];
      for (let repeat = 0; repeat < REPEATS.warm; repeat++) {
        warm.push((await warmed.ask(request)).milliseconds.total);
      }
      report(`${name}, warm`, warm, answer.text.readTokens);
      warmed.close();
    }
  } finally {
    await database.close();
  }
});

function report(name: string, milliseconds: readonly number[], tokens?: number): void {
  const line = {
    bench: 'text',
    case: name,
    ...(tokens !== undefined && { tokens }),
    milliseconds: round(median(milliseconds)),
    slowest: round(Math.max(...milliseconds)),
    repeats: milliseconds.length,
  };
  console.log(JSON.stringify(line));
}

async function newestRun({ db }: Database): Promise<number> {
  for (const { id } of await listSweeps(db)) {
    const finished = (await runsOfSweep(db, id)).find(({ status }) => status === 'finished');
    if (finished !== undefined) return finished.id;
  }
  throw new SaeLabError('text.no-sae', {
    problem: 'the database has no finished run',
    field: '--run',
    expected: 'a finished run on a language model',
    fix: 'Run `pnpm sweep` first.',
  });
}
