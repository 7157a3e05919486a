import { formatOf, integer, LATENT_MEASURES } from '@sae-lab/measures';
import { useState } from 'react';
import { captionOf } from '../../export/caption.ts';
import { ExportMenu } from '../../export/export-menu.tsx';
import type { ExportedTable } from '../../export/exported-table.ts';
import type { CaptionedSae } from '../../saes/captioned-sae.ts';
import { subjectKey, subjectPath } from '../../saes/subject.ts';
import type { ExportedLatent } from './load-export.ts';

interface ExportListProps {
  readonly sae: CaptionedSae;
  /** What decides the rows. */
  readonly query: string;
  readonly total: number;
}

/** Saves all latents that pass the filters. They are read once the reader asks for it. */
export function ExportList({ sae, query, total }: ExportListProps) {
  const [read, setRead] = useState<{ readonly query: string; readonly table: ExportedTable }>();
  const [problem, setProblem] = useState<string>();
  if (total === 0) return null;
  const prepare = async (): Promise<void> => {
    try {
      const answer = await fetch(`/api${subjectPath(sae.subject)}/latents/export${query}`);
      if (!answer.ok) throw new Error(await answer.text());
      setRead({ query, table: listTable((await answer.json()) as ExportedLatent[], sae) });
      setProblem(undefined);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  if (read?.query === query) return <ExportMenu table={read.table} label="Export the latents" />;
  return (
    <div className="flex flex-wrap items-center gap-3 text-[13px]">
      <button type="button" className="text-accent hover:underline" onClick={() => void prepare()}>
        Export {total === 1 ? 'this latent' : `these ${integer(total)} latents`}
      </button>
      {problem === undefined ? null : <span role="alert">Not exported: {problem}</span>}
    </div>
  );
}

function listTable(latents: readonly ExportedLatent[], sae: CaptionedSae): ExportedTable {
  const { density, max_activation: activation, max_cosine: cosine, score } = LATENT_MEASURES;
  const { probing_score: probing, probing_class: probingClass, probing_p: chance } = LATENT_MEASURES;
  const { label, promoted, token, text, latent } = LATENT_MEASURES;
  const columns = [
    latent,
    label,
    score,
    density,
    activation,
    cosine,
    probing,
    probingClass,
    chance,
    promoted,
    token,
    text,
  ];
  return {
    name: `${subjectKey(sae.subject)}-latents`,
    caption: captionOf(
      `Latents with their densities, examples and labels (n = ${integer(latents.length)}).`,
      [{ commit: sae.commit }],
      sae.provenance,
    ),
    records: latents.map(({ raised, active, example, ...row }) => ({
      ...row,
      raised: JSON.stringify(raised),
      active: JSON.stringify(active),
      example: example === null ? null : example.join(''),
    })),
    headings: columns.map((measure) => measure.label),
    rows: latents.map((row) => [
      String(row.latent),
      row.label ?? '',
      formatOf(score)(row.score),
      formatOf(density)(row.density),
      formatOf(activation)(row.maxActivation),
      formatOf(cosine)(row.maxCosine),
      formatOf(probing)(row.probingScore),
      row.probingClass ?? '',
      formatOf(chance)(row.probingP),
      row.raised.join(' '),
      row.active.join(' '),
      (row.example ?? []).join(''),
    ]),
    numeric: [true, false, true, true, true, true, true, false, true, false, false, false],
  };
}
