import { environment, EXIT, visibleLines } from '@sae-lab/command-line';
import {
  featureEvaluationsOf,
  openClaims,
  openDatabase,
  runsOfSweep,
  type Db,
  type SaeSubject,
} from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { formatOf, integer, LATENT_MEASURES } from '@sae-lab/measures';
import { subjectKey } from '../evaluate/evaluated-hook.ts';
import { findTarget, type Target } from '../evaluate/target/find-target.ts';
import type { Endpoint } from '../explain/chat.ts';
import { explainLatents } from '../explain/explain-latents.ts';
import type { ExplainCommandOptions } from './explain-options.ts';

const score = formatOf(LATENT_MEASURES.score);

/**
 * The `explain` command. Returns the exit code.
 *
 * @throws {SaeLabError} `explain.not-configured`, `explain.no-features`, `explain.refused`, `explain.unavailable`,
 *   `evaluation.no-target`
 */
export async function explainCommand(options: ExplainCommandOptions): Promise<number> {
  const endpoint = endpointOfEnvironment();
  const database = await openDatabase({ dataDir: options.dataDir, onNotice: say });
  let claims: Awaited<ReturnType<typeof openClaims>> | undefined;
  try {
    claims = await openClaims(database);
    const { db } = database;
    let failed = 0;
    for (const { name, evaluationId } of await described(db, options)) {
      const counts = await explainLatents(db, evaluationId, {
        endpoint,
        claims,
        limit: options.limit,
        atOnce: options.atOnce,
        onExplained: ({ latent, label, score: found }) =>
          say(`${name}, latent ${latent}: ${label}${found === null ? '' : ` (score ${score(found)})`}`),
        onFailed: (latent, error) => say(`${name}, latent ${latent}: not explained. ${error.message}`),
      });
      failed += counts.failed;
      say(
        `${name}: ${integer(counts.explained)} explained, ${integer(counts.skipped)} before, ` +
          (counts.elsewhere > 0 ? `${integer(counts.elsewhere)} left to another process, ` : '') +
          `${integer(counts.failed)} failed; ` +
          `${integer(counts.promptTokens)} tokens sent, ${integer(counts.completionTokens)} received. ` +
          `All labels of this model together: ${integer(counts.stored.promptTokens)} sent, ` +
          `${integer(counts.stored.completionTokens)} received.`,
      );
    }
    return failed > 0 ? EXIT.failed : EXIT.done;
  } finally {
    await claims?.close();
    await database.close();
  }
}

function endpointOfEnvironment(): Endpoint {
  const url = environment('SAE_LAB_EXPLAIN_URL');
  const model = environment('SAE_LAB_EXPLAIN_MODEL');
  if (url === undefined || model === undefined || !URL.canParse(url) || !/^https?:/.test(url)) {
    throw new SaeLabError('explain.not-configured', {
      problem: 'does not name the language model that writes the labels',
      field: url !== undefined && URL.canParse(url) ? 'SAE_LAB_EXPLAIN_MODEL' : 'SAE_LAB_EXPLAIN_URL',
      expected:
        'SAE_LAB_EXPLAIN_URL: an address such as http://127.0.0.1:8000/v1; SAE_LAB_EXPLAIN_MODEL: a name',
      received: url === undefined || model === undefined ? 'nothing' : url,
      fix: 'Set both to an OpenAI-compatible endpoint, and SAE_LAB_EXPLAIN_KEY if it needs a key.',
    });
  }
  return { url, model, key: environment('SAE_LAB_EXPLAIN_KEY') };
}

/** The first version of `features` with texts in which a latent is silent. */
const WITH_SILENT = 2;

/** A name that a shell takes as it is. */
const IS_WORD = /^[\w.:/-]+$/;

/** The SAEs of the target with the evaluation that describes most of their latents. */
async function described(
  db: Db,
  { target: given, run: only, dataDir }: ExplainCommandOptions,
): Promise<{ name: string; evaluationId: number }[]> {
  const target = await findTarget(db, given, dataDir, 'target');
  const found: { name: string; evaluationId: number }[] = [];
  for (const subject of (await subjectsOf(db, target)).filter(
    ({ runId }) => only === undefined || runId === only,
  )) {
    const evaluations = await featureEvaluationsOf(db, subject);
    const evaluation = evaluations.find(({ version }) => version >= WITH_SILENT);
    if (evaluation !== undefined) found.push({ name: subjectKey(subject), evaluationId: evaluation.id });
  }
  if (found.length > 0) return found;
  throw new SaeLabError('explain.no-features', {
    problem: 'has no SAE whose latents are described',
    field: only === undefined ? 'target' : '--run',
    expected: `a sweep, run or stored SAE that was evaluated with \`features\`, version ${WITH_SILENT} or later`,
    received: only === undefined ? given : String(only),
    fix: `Run \`pnpm evaluate ${IS_WORD.test(given) ? given : '<target>'} --only features\` first.`,
  });
}

async function subjectsOf(db: Db, target: Target): Promise<SaeSubject[]> {
  switch (target.kind) {
    case 'sweep':
      return (await runsOfSweep(db, target.sweep.id)).map(({ id }) => ({ runId: id }));
    case 'run':
      return [{ runId: target.run.id }];
    case 'sae':
      return [{ saeId: target.sae.id }];
    case 'files':
      return [];
  }
}

function say(line: string): void {
  process.stderr.write(`${visibleLines(line)}\n`);
}
