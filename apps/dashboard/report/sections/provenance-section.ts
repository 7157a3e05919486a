import { integer } from '@sae-lab/measures';
import { factList } from '../fact-list.ts';
import { html } from '../html.ts';
import type { Report } from '../load-report.ts';
import { shareable, shareableValue } from '../private-text.ts';
import type { Section } from '../section.ts';

/** What does not name the machine or its user. */
const SHOWN = ['node', 'platform', 'device', 'backend', 'threads'] as const;

/** With what the runs were trained: commits, versions of the mathematics, libraries, and the identity of the data. */
export function provenanceSection({ runs, rows, activations }: Report): Section {
  const of = (key: string) => [
    ...new Set(runs.flatMap(({ provenance }) => textsOf(shareableValue(provenance?.[key])))),
  ];
  const versions = new Set(
    runs.flatMap(({ provenance }) =>
      Object.entries((provenance?.['versions'] ?? {}) as Record<string, string>).map((pair) =>
        pair.join(' '),
      ),
    ),
  );
  const sources = new Set(
    runs.flatMap(({ provenance }) =>
      Object.entries((provenance?.['commits'] ?? {}) as Record<string, string>).map((pair) =>
        shareable(pair.join(' ')),
      ),
    ),
  );
  const cores = new Set(runs.map(({ config }) => JSON.stringify(config['coreMathVersion'] ?? '?')));
  const isDirty = runs.some(({ provenance }) => provenance?.['dirty'] === true);
  const facts: [string, string][] = [
    ['Commit', `${of('commit').join(', ') || 'unknown'}${isDirty ? ', with uncommitted changes' : ''}`],
    [
      'Mathematics',
      [
        `core version ${[...cores].join(', ')}`,
        ...new Set(rows.map(({ variant, mathVersion }) => `${variant} version ${mathVersion}`)),
      ].join(', '),
    ],
    ['Libraries', [...versions].toSorted().join(', ')],
    ...SHOWN.map((key): [string, string] => [LABELS[key], of(key).join(', ')]),
    ['Hash of the lockfile', of('lockfile').join(', ')],
    ['Commits on the hub', [...sources].toSorted().join(', ')],
  ];
  return {
    id: 'provenance',
    title: 'Provenance',
    files: [],
    body: html`${factList(facts, true)}
    ${activations.map(
      (set) =>
        html`<h3>Activations <code>${set.id}</code></h3>
          ${factList(
            [
              ['Model', shareable(set.model)],
              ['Hook', set.hook],
              ['Rows', `${integer(set.rows)} of ${integer(set.dIn)} dimensions`],
              ...identityOf(set.manifest),
            ],
            true,
          )}`,
    )}`,
  };
}

const LABELS: Readonly<Record<(typeof SHOWN)[number], string>> = {
  node: 'Node',
  platform: 'Platform',
  device: 'Device',
  backend: 'Backend',
  threads: 'Threads of a run',
};

/** Hashes of the model and the text. */
function identityOf(manifest: Report['activations'][number]['manifest']): [string, string][] {
  const parts = manifest as Record<string, Record<string, unknown> | undefined>;
  return (['model', 'dataset'] as const).flatMap((part) =>
    Object.entries(parts[part] ?? {})
      .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
      .filter(([key]) => key !== 'name')
      .map(([key, value]): [string, string] => [
        `${part} ${key}`,
        shareable(String(value as string | number)),
      ]),
  );
}

function textsOf(value: unknown): string[] {
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
}
