import { integer, settingLabel } from '@sae-lab/measures';
import { hyperLabel } from '../format/hyper-label.ts';
import { isDefault } from './configuration/default-of.ts';
import { evaluationInWords, trainingInWords } from './configuration/in-words.ts';
import { Facts, type Fact, type FactGroup } from './facts.tsx';
import { RunFiles } from './files/run-files.tsx';
import { RunLog } from './run-log.tsx';
import { jsonFacts } from './json-facts.ts';
import type { RunDetails } from './load-run.ts';
import { provenanceGroups } from './provenance-facts.ts';

/** How a run was configured, and where it was trained. */
export function RunFacts({ details }: { details: RunDetails }) {
  const { run } = details;
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
      <Facts
        title="Configuration"
        {...(run.defaults !== null && { note: 'defaults are dimmed' })}
        groups={configurationGroups(details)}
      />
      <div className="grid grid-cols-1 gap-4">
        <RunFiles run={run} artifacts={details.artifacts} />
        <RunLog run={run} logs={details.logs} />
        <Facts title="Provenance" groups={provenanceGroups(run, details.attempts)} />
      </div>
    </div>
  );
}

function configurationGroups({ run, variant, activations }: RunDetails): FactGroup[] {
  const isDefaultIn = (part: string) => (path: string) => isDefault(run, variant, `${part}.${path}`) === true;
  const { hook, width, seed, config, hyper } = run;
  // These have separate rows.
  const { variant: _, dSae: __, hook: ___, seed: ____, hyper: _____, activationsId, ...rest } = config;
  const { training, evaluation, coreMathVersion, ...others } = rest;
  return [
    {
      facts: [
        ['Variant', `${run.variant}, math version ${run.mathVersion}`],
        ...optional('Package', variant?.packageName && `${variant.packageName} ${variant.packageVersion}`),
        ...optional('Paper', variant && <Paper key="paper" of={variant.paper} />),
        ['Loss', run.lossConvention],
        ['Hook', hook],
        ['Width', `${integer(width)} latents`],
        ['Seed', String(seed)],
        ...jsonFacts({ coreMathVersion }),
        ['Run hash', run.runHash],
      ] as Fact[],
    },
    {
      title: 'Hyperparameters',
      facts: jsonFacts(hyper, hyperLabel, isDefaultIn('hyper')),
    },
    {
      title: 'Activations',
      facts: [
        ...optional('Model', activations?.model),
        ...optional(
          'Size',
          activations && `${integer(activations.rows)} rows of ${integer(activations.dIn)} dimensions`,
        ),
        ...jsonFacts({
          synthetic: activations?.manifest['synthetic'] ?? {},
          imported: activations?.manifest['imported'] ?? {},
        }),
        ...optional('Activations hash', activationsId as string | undefined),
      ],
    },
    {
      title: 'Training',
      ...(isRecord(training) && { words: trainingInWords(training, run.totalSteps).join(' ') }),
      facts: sorted(jsonFacts(training, settingLabel, isDefaultIn('training'))),
    },
    {
      title: 'Evaluation',
      ...(isRecord(evaluation) && { words: evaluationInWords(evaluation) }),
      facts: jsonFacts(evaluation, settingLabel, isDefaultIn('evaluation')),
    },
    { title: 'Other settings', facts: jsonFacts(others) },
  ];
}

/** Postgres does not keep the order of JSON keys. */
function sorted(facts: readonly Fact[]): Fact[] {
  return facts.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function optional(label: string, value: Fact[1]): Fact[] {
  return value === undefined || value === '' ? [] : [[label, value]];
}

function Paper({ of }: { of: string }) {
  return /^https?:\/\//.test(of) ? (
    <a href={of} className="text-accent hover:underline">
      {of}
    </a>
  ) : (
    of
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
