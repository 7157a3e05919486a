import { NOTHING } from '@sae-lab/measures';
import Link from 'next/link';
import { memo } from 'react';
import { isChance } from '../is-chance.ts';
import { Snippet } from '../text/snippet.tsx';
import { TokenChips } from '../text/token-chips.tsx';
import { numberText, type LatentColumn } from './latent-columns.ts';
import type { LatentItem } from './load-list.ts';

export const ROW_HEIGHT = 36;

interface LatentRowProps {
  readonly index: number;
  readonly row: LatentItem | undefined;
  readonly columns: readonly LatentColumn[];
  readonly template: string;
  readonly top: number;
  readonly isActive: boolean;
  readonly pathOf: (latent: number) => string;
  readonly onActivate: (index: number) => void;
}

/** A latent of the list; grey bars until it has been read. */
export const LatentRow = memo(function LatentRow(props: LatentRowProps) {
  const { index, row, columns, template, top, isActive, pathOf, onActivate } = props;
  return (
    <div
      id={`latent-row-${index}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isActive}
      className={`absolute inset-x-0 grid border-b border-line text-[13px] ${isActive ? 'bg-sunken' : 'hover:bg-sunken'}`}
      style={{ gridTemplateColumns: template, height: ROW_HEIGHT, transform: `translateY(${top}px)` }}
      onMouseDown={() => onActivate(index)}
    >
      {columns.map(({ key, numeric }) => (
        <div
          key={key}
          role="gridcell"
          className={`min-w-0 truncate px-3 leading-9 tabular-nums ${numeric ? 'text-right' : ''}`}
        >
          {row === undefined ? (
            <span className="inline-block h-2 w-2/3 rounded bg-sunken" />
          ) : key === 'latent' ? (
            <Link
              href={pathOf(row.latent)}
              prefetch={false}
              className="font-medium text-accent hover:underline"
            >
              {row.latent}
            </Link>
          ) : key === 'probing_score' ? (
            <ProbingCell row={row} />
          ) : key === 'label' ? (
            <LabelCell row={row} />
          ) : key === 'promoted' ? (
            <TokenChips tokens={row.raised} />
          ) : key === 'token' ? (
            <ExampleCell row={row} />
          ) : (
            numberText(row, key)
          )}
        </div>
      ))}
    </div>
  );
});

function LabelCell({ row }: { readonly row: LatentItem }) {
  return (
    <>
      {row.label === null ? (
        <span className="text-soft">{NOTHING}</span>
      ) : (
        <span
          dir="auto"
          className={row.isByPerson ? 'font-medium' : 'italic'}
          title={row.isByPerson ? row.label : `${row.label} (written by a language model)`}
        >
          {row.label}
        </span>
      )}
      {row.notes > 0 ? (
        <span className="ml-2 text-xs text-soft">
          {row.notes} {row.notes === 1 ? 'note' : 'notes'}
        </span>
      ) : null}
    </>
  );
}

function ProbingCell({ row }: { readonly row: LatentItem }) {
  const { probingScore, probingClass, probingP } = row;
  if (probingScore === null) return <span className="text-soft">{NOTHING}</span>;
  const mayBeChance = isChance(probingP);
  return (
    <span
      title={`${probingClass}${mayBeChance ? ': the best of all latents may reach this by chance' : ''}`}
      className={mayBeChance ? 'text-soft' : ''}
    >
      <bdi className="mr-2 text-xs text-soft">{mayBeChance ? 'chance?' : probingClass}</bdi>
      {numberText(row, 'probing_score')}
    </span>
  );
}

function ExampleCell({ row }: { readonly row: LatentItem }) {
  const [example] = row.examples;
  if (example === undefined) return <span className="text-soft">never fired</span>;
  return <Snippet example={example} largest={row.maxActivation} />;
}
