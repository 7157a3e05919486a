import type { Db } from '@sae-lab/db/reading';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache, type ReactNode } from 'react';
import { DatabaseProblem } from '../components/database-problem.tsx';
import { read } from '../database/read.ts';
import { AmbiguousRun } from '../runs/ambiguous-run.tsx';
import type { FoundHeading } from './load-heading.ts';
import type { SaeHeading } from './sae-heading.ts';

interface Props<Params> {
  readonly params: Promise<Params>;
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** What a page about an SAE shows below its address. */
export type SaePageProps<Params = unknown> = Props<Params> & { readonly heading: SaeHeading };

/**
 * A page about an SAE, under `/runs` by its run or under `/saes` by its own id.
 *
 * @param load finds the SAE by the part of the address
 */
export function saeRoute<Params extends { id: string }>(
  load: (db: Db, segment: string) => Promise<FoundHeading>,
  title: (heading: SaeHeading, params: Params) => string,
  Body: (props: SaePageProps<Params>) => ReactNode,
) {
  /** Cached per request, since the title needs it too. */
  const found = cache((segment: string) => read((db) => load(db, segment)));
  const generateMetadata = async ({ params }: Props<Params>): Promise<Metadata> => {
    const given = await params;
    const { data } = await found(given.id);
    return { title: data && 'subject' in data ? title(data, given) : 'SAE' };
  };
  const Page = async (props: Props<Params>) => {
    const { data: heading, problem } = await found((await props.params).id);
    if (problem) return <DatabaseProblem problem={problem} />;
    if (!heading) notFound();
    if ('candidates' in heading) return <AmbiguousRun {...heading} />;
    return <Body {...props} heading={heading} />;
  };
  return { generateMetadata, Page };
}
