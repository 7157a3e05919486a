import type { Verdict } from '../statistics/matched.ts';

const MARKS: Readonly<Record<Verdict, { text: string; className: string }>> = {
  better: { text: '▲ ', className: 'font-medium' },
  worse: { text: '▼ ', className: 'font-medium' },
  apart: { text: '◆ ', className: 'font-medium' },
  'cannot-distinguish': { text: '', className: 'text-soft' },
  'one-seed': { text: '', className: 'text-soft' },
};

/** What an interval says, with a mark where it says something. */
export function MatchedVerdict({ verdict, text }: { verdict: Verdict; text: string }) {
  const { text: mark, className } = MARKS[verdict];
  return <span className={className}>{`${mark}${text}`}</span>;
}
