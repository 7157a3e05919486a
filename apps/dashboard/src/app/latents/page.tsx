import type { Metadata } from 'next';
import Link from 'next/link';
import { connection } from 'next/server';
import type { SearchParams } from 'nuqs/server';
import { DatabaseProblem } from '../../components/database-problem.tsx';
import { read } from '../../database/read.ts';
import { LabelList } from '../../labels/label-list.tsx';
import { LabelSearch } from '../../labels/label-search.tsx';
import { labelsPath, loadLabelsState } from '../../labels/labels-state.ts';
import { loadLabels } from '../../labels/load-labels.ts';

export const metadata: Metadata = { title: 'Labels and notes' };

/** Where people and language models have described latents, over all SAEs. */
export default async function LabelsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await connection();
  const state = await loadLabelsState(searchParams);
  const { data, problem } = await read((db) => loadLabels(db, state));
  if (problem) return <DatabaseProblem problem={problem} />;
  const { items, words, next } = data;
  const { q, kind, cursor } = state;
  return (
    <div className="grid max-w-5xl grid-cols-1 gap-3">
      <h1 className="text-xl font-semibold tracking-tight">Labels and notes</h1>
      <LabelSearch key={`${q} ${kind}`} q={q} kind={kind} />
      {items.length > 0 ? (
        <LabelList items={items} words={words} />
      ) : words.length > 0 || kind !== null ? (
        <p className="text-soft">
          No label or note has {words.length === 0 ? 'this kind' : 'all of these words'}. The list of an SAE’s
          latents also searches tokens and examples.
        </p>
      ) : (
        <p className="text-soft">
          Nobody has described a latent yet. The page of a latent has a form for labels and notes, and{' '}
          <code className="font-mono text-[13px]">pnpm explain</code> asks a language model for them.
        </p>
      )}
      <nav aria-label="Pages" className="flex gap-4 text-[13px]">
        {cursor === null ? null : (
          <Link href={labelsPath({ q, kind })} prefetch={false} className="text-accent hover:underline">
            Newest
          </Link>
        )}
        {next === null ? null : (
          <Link
            href={labelsPath({ q, kind, cursor: next })}
            prefetch={false}
            className="text-accent hover:underline"
          >
            Older
          </Link>
        )}
      </nav>
    </div>
  );
}
