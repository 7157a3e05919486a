import type { RunStatus } from '@sae-lab/db/reading';
import { bytes, integer } from '@sae-lab/measures';
import { duration, instant } from '../format/time.ts';
import { Facts, type Fact } from './facts.tsx';
import { factsOfJson } from './facts-of-json.ts';
import type { RunDetails } from './load-run.ts';

/** How a run was asked for, with what it was made, and where its SAE lies. */
export function RunFacts({ details }: { details: RunDetails }) {
  const { run, variant, activations, artifacts } = details;
  // Beside the list these have places of their own.
  const { variant: _, ...config } = run.config;
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
      <Facts
        title="Configuration"
        facts={[
          ['variant', `${run.variant}, version ${run.mathVersion} of its mathematics`],
          ...(variant?.packageName
            ? [['package', `${variant.packageName} ${variant.packageVersion}`] as Fact]
            : []),
          ...(variant ? [['source', <Source key="source" of={variant.paper} />] as Fact] : []),
          ['loss', run.lossConvention],
          ...(activations
            ? ([
                ['model', activations.model],
                ['activations', `${integer(activations.rows)} rows of ${integer(activations.dIn)}`],
                // What a run on synthetic activations was made of, and thus all that is true of them.
                ...factsOfJson(activations.manifest['synthetic'] ?? {}, 'synthetic'),
              ] as Fact[])
            : []),
          ...factsOfJson(config),
          ['identity', run.hash],
        ]}
      />
      <div className="grid grid-cols-1 gap-4">
        <Facts
          title="The SAE"
          facts={artifacts.length === 0 ? [['saved', unsaved(run.status)]] : artifacts.flatMap(artifactFacts)}
        />
        <Facts title="Provenance" facts={provenanceFacts(run)} />
      </div>
    </div>
  );
}

function unsaved(status: RunStatus): string {
  return status === 'queued' || status === 'running' || status === 'interrupted'
    ? 'once the run has finished'
    : 'no, the run has no result';
}

function Source({ of }: { of: string }) {
  return /^https?:\/\//.test(of) ? (
    <a href={of} className="text-accent hover:underline">
      {of}
    </a>
  ) : (
    of
  );
}

function artifactFacts({ kind, path, place, bytes: size, sha256 }: RunDetails['artifacts'][number]): Fact[] {
  return [
    [kind, path],
    ['in', place],
    ['size', bytes(size)],
    ['sha256', sha256],
  ];
}

function provenanceFacts(run: RunDetails['run']): Fact[] {
  const { commit, dirty, cpu, hostname, dataDir, warnings, ...rest } = run.provenance ?? {};
  const { model, count } = (cpu ?? {}) as { model?: string; count?: number };
  return [
    ['queued', instant(run.queuedAt)],
    ...(run.startedAt ? [['started', instant(run.startedAt)] as Fact] : []),
    ...(run.finishedAt ? [['ended', instant(run.finishedAt)] as Fact] : []),
    ...(run.seconds === null ? [] : [['training', duration(run.seconds)] as Fact]),
    ['attempts', String(run.attempt)],
    ...(typeof commit === 'string'
      ? [['commit', `${commit}${dirty === true ? ', with changes that are in no commit' : ''}`] as Fact]
      : []),
    ...(model === undefined ? [] : [['CPU', `${model}, ${count ?? '?'} cores`] as Fact]),
    ...(typeof hostname === 'string' ? [['machine', hostname] as Fact] : []),
    ...(typeof dataDir === 'string' ? [['data folder', `${dataDir}, on that machine`] as Fact] : []),
    ...(Array.isArray(warnings) && warnings.length > 0 ? [['warnings', warnings.join(' ')] as Fact] : []),
    ...factsOfJson(rest),
  ];
}
