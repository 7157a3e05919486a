'use client';

import { Card } from '@tremor/react';
import type { EvaluationRow } from '@sae-lab/db/reading';
import { figuresIn, integer, settingLabel } from '@sae-lab/measures';
import { parseAsInteger, parseAsString, useQueryStates } from 'nuqs';
import { useId, useRef, type KeyboardEvent } from 'react';
import { Select } from '../components/select.tsx';
import { FigureList, MeasuredFigure } from './measured-figure.tsx';
import { evaluationGroups } from './evaluation-groups.ts';

/** What the browser needs of an evaluation. */
export type ShownEvaluation = Pick<
  EvaluationRow,
  'id' | 'name' | 'version' | 'settings' | 'tokens' | 'documents' | 'finishedAt' | 'figures'
> & {
  /** When it finished, in the time zone of the server: the browser's would differ from it at first. */
  readonly when: string;
};

/** The evaluations of a run: a tab for each, with its newest version first. The choice is in the address. */
export function EvaluationTabs({ evaluations }: { evaluations: readonly ShownEvaluation[] }) {
  const [state, setState] = useQueryStates({ evaluation: parseAsString, of: parseAsInteger });
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  const groups = evaluationGroups(evaluations);
  const chosen = Math.max(
    0,
    groups.findIndex(([name]) => name === state.evaluation),
  );
  const [name, versions] = groups[chosen]!;
  const shown = versions.find(({ id }) => id === state.of) ?? versions[0]!;
  const choose = (index: number): void => void setState({ evaluation: groups[index]![0], of: null });
  const onKeyDown = ({ key }: KeyboardEvent): void => {
    const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const next = (chosen + step + groups.length) % groups.length;
    choose(next);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
  };
  return (
    <Card className="p-4 sm:p-5">
      <h2 className="text-base font-semibold">Evaluations</h2>
      <div
        ref={list}
        role="tablist"
        aria-label="Evaluations"
        className="mt-2 flex gap-x-4 overflow-x-auto border-b border-line"
      >
        {groups.map(([tab], index) => (
          <button
            key={tab}
            type="button"
            role="tab"
            id={`${base}-${index}`}
            aria-selected={index === chosen}
            aria-controls={`${base}-panel`}
            tabIndex={index === chosen ? 0 : -1}
            onClick={() => choose(index)}
            onKeyDown={onKeyDown}
            className={`-mb-px shrink-0 border-b-2 py-1.5 text-[13px] focus-visible:-outline-offset-2 ${
              index === chosen ? 'border-accent font-medium' : 'border-transparent text-soft hover:text-ink'
            }`}
          >
            {tab}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${chosen}`} className="pt-3">
        <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
          {versions.length > 1 ? (
            <Select
              label="Result"
              value={String(shown.id)}
              options={versions.map((version) => [String(version.id), versionText(version, versions)])}
              onChange={(id) =>
                void setState({ evaluation: name, of: Number(id) === versions[0]!.id ? null : Number(id) })
              }
            />
          ) : null}
          <p className="text-[13px] text-soft">{descriptionOf(shown)}</p>
          <EvaluationSettings settings={shown.settings} />
        </div>
        <FigureList>
          {figuresIn(Object.keys(shown.figures)).map((figure) => (
            <MeasuredFigure key={figure.key} measure={figure} {...shown.figures[figure.key]!} />
          ))}
        </FigureList>
      </div>
    </Card>
  );
}

/** What tells a version from the others; its date, where they have everything else in common. */
function versionText(of: ShownEvaluation, others: readonly ShownEvaluation[]): string {
  const { version, tokens, when } = of;
  const alike = others.filter((other) => other.version === version && other.tokens === tokens);
  return [
    `version ${version}`,
    ...(tokens > 0 ? [`${integer(tokens)} tokens`] : []),
    ...(alike.length > 1 ? [when] : []),
  ].join(', ');
}

function descriptionOf({ version, tokens, documents, when }: ShownEvaluation): string {
  return [
    ...(tokens > 0 ? [`${integer(tokens)} tokens of ${integer(documents)} documents`] : []),
    `version ${version}`,
    when,
  ].join(', ');
}

function EvaluationSettings({ settings }: Pick<ShownEvaluation, 'settings'>) {
  const given = Object.entries(settings);
  if (given.length === 0) return null;
  return (
    <details className="text-[13px]">
      <summary className="cursor-pointer text-accent">Settings</summary>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-0.5">
        {given.map(([key, value]) => (
          <div key={key} className="contents">
            <dt className="text-soft">{settingLabel(key)}</dt>
            <dd className="wrap-anywhere">{settingText(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function settingText(value: unknown): string {
  if (typeof value === 'number' && Number.isInteger(value)) return integer(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
