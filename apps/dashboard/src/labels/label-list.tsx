import { formatOf, LATENT_MEASURES } from '@sae-lab/measures';
import Link from 'next/link';
import { latentPath } from '../latents/latent-path.ts';
import { subjectKey, subjectName, subjectPath } from '../saes/subject.ts';
import type { LabelItem } from './load-labels.ts';
import { partsOf } from './words-of.ts';

const scoreText = formatOf(LATENT_MEASURES.score);

interface LabelListProps {
  readonly items: readonly LabelItem[];
  readonly words: readonly string[];
}

/** What was written about latents, each with the way to its latent, SAE and sweeps. */
export function LabelList({ items, words }: LabelListProps) {
  return (
    <ul
      aria-label="Labels and notes"
      className="grid grid-cols-1 divide-y divide-line rounded-lg border border-line bg-surface"
    >
      {items.map((item) => {
        const { kind, text, author, score, latent, subject, saeLabel, sweeps, when } = item;
        return (
          <li
            key={`${kind} ${subjectKey(subject)} ${latent} ${author} ${when} ${text}`}
            className="grid min-w-0 gap-0.5 px-3 py-2 sm:px-4"
          >
            <p className="text-[13px]">
              <Link
                href={latentPath(subject, latent)}
                prefetch={false}
                className="text-accent hover:underline"
              >
                Latent {latent}
              </Link>{' '}
              <span dir="auto" className={`line-clamp-6 wrap-anywhere whitespace-pre-wrap ${STYLES[kind]}`}>
                <Marked text={text} words={words} />
              </span>
            </p>
            <p className="text-xs wrap-anywhere text-soft">
              {kind} by <bdi>{author === '' ? 'someone' : author}</bdi>, {when}
              {score === null ? null : `, score ${scoreText(score)}`} ·{' '}
              <Link href={subjectPath(subject)} prefetch={false} className="hover:text-ink hover:underline">
                {subjectName(subject)}
              </Link>
              , <bdi>{saeLabel}</bdi>
              {sweeps.map(({ id, name }, index) => (
                <span key={id}>
                  {index === 0 ? ' · ' : ', '}
                  <Link href={`/sweeps/${id}`} prefetch={false} className="hover:text-ink hover:underline">
                    <bdi>{name}</bdi>
                  </Link>
                </span>
              ))}
            </p>
          </li>
        );
      })}
    </ul>
  );
}

const STYLES: Readonly<Record<LabelItem['kind'], string>> = {
  label: 'font-medium',
  note: '',
  explanation: 'italic',
};

function Marked({ text, words }: { readonly text: string; readonly words: readonly string[] }) {
  return partsOf(text, words).map((part, index) =>
    index % 2 === 1 ? (
      // oxlint-disable-next-line react/no-array-index-key -- the parts of one text
      <mark key={index} className="rounded-xs bg-accent/20 text-inherit">
        {part}
      </mark>
    ) : (
      part
    ),
  );
}
