'use client';

import { useState } from 'react';
import { BUTTON } from '../../all-runs/popover.tsx';
import { captionOf } from '../../export/caption.ts';
import { download } from '../../export/download.ts';
import { csvOf, type ExportedTable } from '../../export/exported-table.ts';
import type { CaptionedSae } from '../../saes/captioned-sae.ts';
import { subjectKey } from '../../saes/subject.ts';
import type { Example } from '../text/features.ts';
import { examplesSvg } from './examples-svg.ts';
import type { LatentDetails } from './load-latent.ts';

interface LatentExportProps {
  readonly details: LatentDetails;
  readonly sae: CaptionedSae;
}

/** Saves everything about a latent as JSON, its examples as CSV or as an image, and copies the link to its page. */
export function LatentExport({ details, sae }: LatentExportProps) {
  const [copied, setCopied] = useState<boolean>();
  const { latent, maxActivation } = details;
  const name = `${subjectKey(sae.subject)}-latent-${latent}`;
  const caption = captionOf(`Latent ${latent}.`, [{ commit: sae.commit }], sae.provenance);
  const save = (extension: string, type: string, content: string): void =>
    download(`${name}.${extension}`, new Blob([content], { type }));
  const copy = async (): Promise<void> => {
    setCopied(
      await navigator.clipboard?.writeText(location.href).then(
        () => true,
        () => false,
      ),
    );
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <button type="button" className={BUTTON} onClick={() => void copy()}>
        <span aria-live="polite">
          {copied === undefined ? 'Copy link' : copied ? 'Copied' : 'Copy it from the address bar'}
        </span>
      </button>
      <div role="group" aria-label="Export the latent" className="flex gap-1">
        <button
          type="button"
          className={BUTTON}
          onClick={() => save('json', 'application/json', jsonOf(details, caption))}
        >
          JSON
        </button>
        <button
          type="button"
          className={BUTTON}
          onClick={() => save('csv', 'text/csv', csvOf(exampleTable(details, name, caption)))}
        >
          CSV
        </button>
        <button
          type="button"
          className={BUTTON}
          onClick={() =>
            save('svg', 'image/svg+xml', examplesSvg(details.features.top, maxActivation, caption))
          }
        >
          SVG
        </button>
      </div>
    </div>
  );
}

/** Without the neighbours in the list, which are not its own. */
function jsonOf(details: LatentDetails, caption: string): string {
  return `${JSON.stringify({ caption, ...details, previous: undefined, next: undefined }, null, 2)}\n`;
}

/** A row for each example, with its tokens and activations as JSON. */
function exampleTable({ features }: LatentDetails, name: string, caption: string): ExportedTable {
  const row = (group: string, { document, tokens, activations, at }: Example) => ({
    group,
    document,
    activation: activations[at] ?? null,
    token: tokens[at]!,
    text: tokens.join(''),
    tokens: JSON.stringify(tokens),
    activations: JSON.stringify(activations),
  });
  const records = [
    ...features.top.map((example) => row('top', example)),
    ...features.bands.flatMap(({ from, to, examples }) =>
      examples.map((example) => row(`${from} to ${to}`, example)),
    ),
  ];
  return { name, caption, records, headings: [], rows: [], numeric: [] };
}
