import { percent, short } from '@sae-lab/measures';
import type { NextToken, SteerAnswer } from '@sae-lab/text/answers';
import { captionOf } from '../../export/caption.ts';
import type { ExportedTable } from '../../export/exported-table.ts';
import type { CaptionedSae } from '../../saes/captioned-sae.ts';
import { subjectKey } from '../../saes/subject.ts';
import { namedToken } from '../../latents/text/token-text.ts';

/** The next tokens of both models, as readers take them with them. */
export function nextTokenTable(own: CaptionedSae, latent: number, answer: SteerAnswer): ExportedTable {
  const done =
    answer.amount === null
      ? `latent ${latent} ablated`
      : `${short(4)(answer.amount)} × the decoder row of latent ${latent} added`;
  return {
    name: `steering-${subjectKey(own.subject)}-latent-${latent}`,
    caption: captionOf(`Next tokens with ${done}.`, [own], own.provenance),
    records: answer.next.map(({ token, tokenId, clean, steered }) => ({
      token,
      token_id: tokenId,
      clean,
      steered,
      change: steered - clean,
    })),
    headings: ['Token', 'Clean', 'Steered', 'Change'],
    rows: answer.next.map((one) => [namedToken(one.token), ...numbersOf(one)]),
    numeric: [false, true, true, true],
  };
}

/** Probabilities in words: clean, steered, change. */
export function numbersOf({ clean, steered }: NextToken): [string, string, string] {
  const change = steered - clean;
  const points = `${(change * 100).toFixed(1)} pp`.replace('-', '−');
  return [percent(1)(clean), percent(1)(steered), change > 0 ? `+${points}` : points];
}
