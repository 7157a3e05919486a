import type { TextModelSpec, TextSae } from '@sae-lab/core/text';
import type { SaeSubject } from '@sae-lab/db';

/** What it takes to run an SAE on a text. */
export interface SaeSource {
  readonly subject: SaeSubject;
  /** What errors call it, e.g. `run 3`. */
  readonly name: string;
  readonly hash: string;
  readonly model: TextModelSpec['model'];
  readonly hook: TextModelSpec['hooks'][number];
  readonly settings: TextModelSpec['settings'];
  /** @throws {SaeLabError} `text.no-sae`, `sae.*`, `store.*`, `hub.*` */
  readonly load: () => Promise<TextSae>;
}
