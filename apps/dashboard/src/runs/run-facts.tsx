import type { RunStatus } from '@sae-lab/db/reading';
import { bytes, integer, settingLabel } from '@sae-lab/measures';
import { Facts, type Fact } from './facts.tsx';
import { jsonFacts } from './json-facts.ts';
import type { RunDetails } from './load-run.ts';
import { provenanceGroups } from './provenance-facts.ts';

/** How a run was configured, where it was trained, and where its SAE is stored. */
export function RunFacts({ details }: { details: RunDetails }) {
  const { run, artifacts } = details;
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
      <Facts title="Configuration" groups={configurationGroups(details)} />
      <div className="grid grid-cols-1 gap-4">
        <Facts
          title="SAE"
          groups={
            artifacts.length === 0
              ? [{ facts: [['Saved', unsaved(run.status)]] }]
              : artifacts.map((artifact) => ({ facts: artifactFacts(artifact) }))
          }
        />
        <Facts title="Provenance" groups={provenanceGroups(run)} />
      </div>
    </div>
  );
}

function configurationGroups({ run, variant, activations }: RunDetails) {
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
    // `k` and `l1` are symbols, not words.
    {
      title: 'Hyperparameters',
      facts: jsonFacts(hyper, (path) => (path.length > 2 ? settingLabel(path) : path)),
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
    { title: 'Training', facts: sorted(jsonFacts(training)) },
    { title: 'Evaluation', facts: jsonFacts(evaluation) },
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

function unsaved(status: RunStatus): string {
  return status === 'queued' || status === 'running' || status === 'interrupted'
    ? 'When the run finishes'
    : 'No, because the run has no result';
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

function artifactFacts({ path, place, bytes: size, sha256 }: RunDetails['artifacts'][number]): Fact[] {
  return [
    ['Weights', path],
    ['Data folder', place],
    ['Size', bytes(size)],
    ['SHA-256', sha256],
  ];
}
