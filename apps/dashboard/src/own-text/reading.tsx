'use client';

import { Card } from '@tremor/react';
import { FIGURES, percent, short } from '@sae-lab/measures';
import Link from 'next/link';
import { useMemo, useState } from 'react';
import { CompactExport } from '../export/compact-export.tsx';
import { subjectPath } from '../saes/subject.ts';
import { LatentTable } from './latent-table.tsx';
import type { ReadingProps } from './reading-props.ts';
import { readingTable } from './reading-table.ts';
import { shadingOf } from './shading.ts';
import { TokenCard } from './token-card.tsx';
import { TokenLine } from './token-line.tsx';

/** What one SAE does on the text. */
export function Reading(props: ReadingProps) {
  const { own, name, text, sae, known, chosen, onChoose, shade, row, onRow } = props;
  /** The latent under the pointer. */
  const [hovered, setHovered] = useState<number>();
  const latent = hovered ?? chosen ?? undefined;
  const shading = useMemo(() => shadingOf(sae, shade, latent), [sae, shade, latent]);
  const table = useMemo(() => readingTable(own.captioned, text, sae), [own, text, sae]);
  const errors = sae.errors.filter((error) => error !== null);
  return (
    <section aria-label={name} className="min-w-0">
      <Card className="grid h-full @container min-w-0 grid-cols-1 content-start gap-4 p-4 sm:p-5">
        <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
          <h2 className="text-base font-semibold">
            <Link href={subjectPath(own.subject)} prefetch={false} className="hover:underline">
              {name}
            </Link>
          </h2>
          <dl className="flex flex-wrap gap-x-4 text-[13px] text-soft">
            <Fact name="Active latents" value={`${sae.active} of ${sae.width}`} />
            <Fact name={FIGURES.l0.label} value={short(3)(meanOf(sae.l0))} />
            <Fact name="Error" value={percent(1)(meanOf(errors))} />
          </dl>
        </div>
        <div>
          <p className="mb-1 text-xs text-soft">
            {shading.title}
            {chosen === null ? null : (
              <>
                {' '}
                <button type="button" className="text-accent hover:underline" onClick={() => onChoose(null)}>
                  Show all latents
                </button>
              </>
            )}
          </p>
          <TokenLine text={text} shading={shading} row={row} onRow={onRow} />
        </div>
        <div className="grid grid-cols-1 items-start gap-4 @4xl:grid-cols-[minmax(0,1fr)_17rem]">
          <TokenCard text={text} sae={sae} known={known} row={row} onHover={setHovered} onChoose={onChoose} />
          <LatentTable {...props} onHover={setHovered} />
        </div>
        <CompactExport table={table} label={`Export what ${name} does on the text`} />
      </Card>
    </section>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex gap-1">
      <dt>{name}</dt>
      <dd className="text-ink">{value}</dd>
    </div>
  );
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
