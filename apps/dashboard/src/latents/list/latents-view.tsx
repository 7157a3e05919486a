'use client';

import type { FeatureEvaluation } from '@sae-lab/db/reading';
import { integer } from '@sae-lab/measures';
import { useRouter } from 'next/navigation';
import { useQueryStates } from 'nuqs';
import { useCallback, useRef, useState } from 'react';
import type { PageProblem } from '../../all-runs/load-page.ts';
import { useShortcuts } from '../../all-runs/shortcuts.tsx';
import type { CaptionedSae } from '../../saes/captioned-sae.ts';
import { subjectPath } from '../../saes/subject.ts';
import { latentPath } from '../latent-path.ts';
import { DensityCard } from './density-card.tsx';
import { ExportList } from './export-list.tsx';
import { LatentCards } from './latent-cards.tsx';
import { latentColumns, type LatentColumn } from './latent-columns.ts';
import { LatentGrid, type GridHandle } from './latent-grid.tsx';
import { listQuery, listState, type ListState } from './list-state.ts';
import { ListToolbar } from './list-toolbar.tsx';
import type { LatentPage } from './load-list.ts';
import { useLatentPages } from './use-latent-pages.ts';

interface LatentsViewProps {
  readonly sae: CaptionedSae;
  readonly evaluations: readonly FeatureEvaluation[];
  /** The evaluation that is shown. */
  readonly shown: number;
  /** Whether a language model has explained latents of it. */
  readonly isExplained: boolean;
  /** The command that scores the latents as probes; absent if they are scored. */
  readonly probingCommand: string | undefined;
  readonly first: LatentPage | { problem: PageProblem };
}

/** The latents of an SAE: their densities, search and filters, and a list or cards. */
export function LatentsView(props: LatentsViewProps) {
  const { sae, evaluations, shown, isExplained, probingCommand, first } = props;
  const router = useRouter();
  const [state, setQuery] = useQueryStates(listState, { history: 'push' });
  const [active, setActive] = useState(-1);
  const grid = useRef<GridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const query = listQuery(state);
  const pages = useLatentPages(`/api${subjectPath(sae.subject)}/latents`, query, first);
  const columns = latentColumns(isExplained);
  const { total } = pages;

  const setState = (next: Partial<ListState>): void => {
    setActive(-1);
    grid.current?.toTop();
    void setQuery(next);
  };
  const sortBy = ({ key, first: firstDirection }: LatentColumn): void => {
    if (state.sort !== key) setState({ sort: key, dir: firstDirection });
    else setState({ dir: state.dir === 'asc' ? 'desc' : 'asc' });
  };
  const pathOf = useCallback(
    (latent: number) => latentPath(sae.subject, latent, state),
    // The state is a new object on every render; its address is not.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [sae, query],
  );
  const moveTo = (index: number): void => {
    if (total === 0) return;
    const next = Math.min(total - 1, Math.max(0, index));
    setActive(next);
    grid.current?.scrollTo(next);
  };
  useShortcuts({
    j: () => moveTo(active + 1),
    k: () => moveTo(active - 1),
    Enter: () => {
      const row = pages.rowAt(active);
      if (row) router.push(pathOf(row.latent));
    },
    '/': () => search.current?.focus(),
  });
  return (
    <div className="grid grid-cols-1 gap-3">
      {pages.counts === undefined ? null : (
        <DensityCard
          counts={pages.counts}
          sae={sae}
          from={state.from}
          to={state.to}
          onBrush={(from, to) => setState({ from, to })}
        />
      )}
      <ListToolbar
        state={state}
        setState={setState}
        evaluations={evaluations}
        shown={shown}
        problem={pages.problem}
        searchRef={search}
      />
      <p className="text-[13px] text-soft" role="status">
        {integer(total)} of {integer(pages.counts?.total ?? 0)} latents
        {total === 0 ? null : (
          // Phones have none of these.
          <span className="pointer-coarse:hidden">
            . Keys: <Key>j</Key> and <Key>k</Key> move, <Key>Enter</Key> opens, <Key>/</Key> searches.
          </span>
        )}
      </p>
      {probingCommand === undefined ? null : (
        <p className="text-[13px] text-soft">
          The probing scores were not measured. With a labelled dataset, this command does it:{' '}
          <code className="font-mono text-ink">{probingCommand}</code>
        </p>
      )}
      {total === 0 && !pages.pending ? (
        <p className="rounded-md border border-line bg-surface px-4 py-10 text-center text-soft">
          {pages.problem ? 'The filter has a mistake.' : 'No latent passes these filters.'}{' '}
          <button
            type="button"
            className="text-accent hover:underline"
            onClick={() => setState({ filter: '', q: '', in: 'any', from: null, to: null, only: null })}
          >
            Show all latents
          </button>
        </p>
      ) : state.view === 'cards' ? (
        <LatentCards pages={pages} pathOf={pathOf} />
      ) : (
        <LatentGrid
          ref={grid}
          pages={pages}
          columns={columns}
          sort={state.sort}
          direction={state.dir}
          onSort={sortBy}
          pathOf={pathOf}
          active={active}
          onActivate={setActive}
        />
      )}
      <ExportList sae={sae} query={query} total={total} />
    </div>
  );
}

function Key({ children }: { readonly children: string }) {
  return (
    <kbd className="rounded border border-line-strong bg-sunken px-1 font-mono text-xs text-ink">
      {children}
    </kbd>
  );
}
