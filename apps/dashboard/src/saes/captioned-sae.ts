import type { SaeRow, SaeSubject } from '@sae-lab/db/reading';

/** An SAE in the names and captions of what readers take along. */
export interface CaptionedSae {
  readonly subject: SaeSubject;
  /** What captions state of it. */
  readonly provenance: readonly string[];
  readonly commit: string | null;
}

export function captionedSae({ id, saeHash, name, source, hook, width }: SaeRow): CaptionedSae {
  return {
    subject: { saeId: id },
    provenance: [
      `SAE ${id} (${saeHash.slice(0, 8)})`,
      name,
      ...(source === name ? [] : [`from ${source}`]),
      `hook ${hook}`,
      `width ${width}`,
    ],
    commit: null,
  };
}
