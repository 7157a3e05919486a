import type { SaeReading, ShownText } from '@sae-lab/text/answers';
import type { NamedSae } from '../saes/sae-heading.ts';
import type { Shade } from './shading.ts';
import type { KnownLatent } from './text-reply.ts';
import type { ORDERS } from './view-state.ts';

/** One SAE on the text, with the choices of the reader. */
export interface ReadingProps {
  readonly own: NamedSae;
  readonly name: string;
  readonly text: ShownText;
  readonly sae: SaeReading;
  readonly known: Readonly<Record<number, KnownLatent>>;
  /** The text as it was typed. */
  readonly typed: string;
  readonly chosen: number | null;
  readonly onChoose: (latent: number | null) => void;
  readonly shade: Shade;
  readonly sort: (typeof ORDERS)[number];
  readonly onSort: (sort: (typeof ORDERS)[number]) => void;
  readonly row: number | undefined;
  readonly onRow: (row: number | undefined) => void;
}
