import type { Run, RunAttempt } from '@sae-lab/db/reading';
import { TRAINING_TIME } from '@sae-lab/measures';
import { duration, instant } from '../format/time.ts';
import { attemptGroup } from './attempt-facts.ts';
import type { Fact, FactGroup } from './facts.tsx';
import { jsonFacts } from './json-facts.ts';

/** When, where and with what a run was trained. */
export function provenanceGroups(run: Run, attempts: readonly RunAttempt[]): FactGroup[] {
  const { commit, dirty, cpu, hostname, dataDir, lockfile, argv, versions, ...rest } = run.provenance ?? {};
  const { model, count } = (cpu ?? {}) as { model?: string; count?: number };
  const times: [string, Date | null][] = [
    ['Queued', run.queuedAt],
    ['Started', run.startedAt],
    ['Ended', run.finishedAt],
  ];
  return [
    {
      facts: [
        ...times.flatMap(([label, time]): Fact[] => (time ? [[label, instant(time)]] : [])),
        ...(run.seconds === null ? [] : [[TRAINING_TIME.label, duration(run.seconds)] as Fact]),
        ['Attempts', String(run.attempt)],
      ],
    },
    attemptGroup(run, attempts),
    {
      title: 'Machine',
      facts: [
        ...jsonFacts({ hostname, dataFolder: dataDir }),
        ...(model === undefined ? [] : [['CPU', `${model}, ${count ?? '?'} cores`] as Fact]),
        ...jsonFacts(rest),
      ],
    },
    {
      title: 'Code',
      facts: [
        ...(typeof commit === 'string'
          ? [['Commit', `${commit}${dirty === true ? ', with uncommitted changes' : ''}`] as Fact]
          : []),
        ...jsonFacts({ lockfileHash: lockfile, arguments: argv }),
        ...jsonFacts(versions, (path) => path),
      ],
    },
  ];
}
