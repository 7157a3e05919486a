import { listSavedViews, listVariants, runsVersion, runTableKeys } from '@sae-lab/db/reading';
import type { Metadata } from 'next';
import { loadPage } from '../../all-runs/load-page.ts';
import { rowsQuery } from '../../all-runs/query-of.ts';
import { RunsView } from '../../all-runs/runs-view.tsx';
import { loadTableState } from '../../all-runs/table-state.ts';
import { DatabaseProblem } from '../../components/database-problem.tsx';
import { Command, Message } from '../../components/message.tsx';
import { read } from '../../database/read.ts';
import { LiveRefresh } from '../../live/live-refresh.tsx';
import { VariantNames } from '../../variants/variant-names.tsx';

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export const metadata: Metadata = { title: 'Runs' };

export default async function RunsPage({ searchParams }: Props) {
  const state = await loadTableState(searchParams);
  const { data, problem } = await read(async (db) => {
    // The version comes first: a change during the other queries then triggers a refresh.
    const version = await runsVersion(db);
    const keys = await runTableKeys(db);
    const [loaded, views, variants] = await Promise.all([
      loadPage(db, state, 0, { keys }),
      listSavedViews(db),
      listVariants(db),
    ]);
    const variantNames = [...new Set(variants.map(({ name }) => name))];
    return { version, keys, views, variantNames, first: 'page' in loaded ? loaded.page : loaded };
  });
  if (problem) return <DatabaseProblem problem={problem} />;
  const { version, keys, views, variantNames, first } = data;
  if (version === '' && !('problem' in first)) {
    return (
      <Message title="No runs yet">
        <p>The database is empty. Run the quickstart sweep, which takes a few minutes:</p>
        <Command>pnpm sweep</Command>
        <p>
          Its runs appear here as soon as it starts.{' '}
          <LiveRefresh of="runs" version={version} running={false} />
        </p>
      </Message>
    );
  }
  return (
    <div className="grid grid-cols-1 gap-3">
      <h1 className="text-xl font-semibold tracking-tight">Runs</h1>
      <VariantNames names={variantNames}>
        <RunsView
          keys={keys.map(({ key, kind, type }) => ({ key, kind, type }))}
          views={views}
          version={version}
          first={first}
          firstQuery={rowsQuery(state)}
        />
      </VariantNames>
    </div>
  );
}
