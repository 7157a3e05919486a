import { sql, type SQL } from 'drizzle-orm';
import type { LatentField } from '../../filter/latent-keys.ts';
import { latentExplanations, latentNotes, latentProbes, latents } from '../../schema/index.ts';
import { ofSubject, type SaeSubject } from '../subject.ts';

/** An SAE, as one of its evaluations describes it. */
export interface DescribedSae {
  readonly subject: SaeSubject;
  /** A finished evaluation `features` of the SAE. */
  readonly evaluationId: number;
  /** The evaluation that scored its latents, see `probingOf`; null if there is none. */
  readonly probingId: number | null;
}

/**
 * The latents of an SAE with what people and language models wrote about them: people's labels, newest first, before those
 * of models, best first. With them, how well each latent tells a class apart.
 */
export class LatentSource {
  readonly from: SQL;

  constructor({ subject, evaluationId, probingId }: DescribedSae) {
    const written = sql`${latentNotes} where ${ofSubject(latentNotes, subject)}`;
    this.from = sql`
      (select * from ${latents} where evaluation_id = ${evaluationId}) as latents
      left join (
        select latent, array_agg(text order by written_at desc, id desc) as labels
        from ${written} and kind = 'label' group by latent
      ) as named using (latent)
      left join (
        select latent, string_agg(text, E'\n' order by written_at) as note, count(*)::int as notes
        from ${written} and kind = 'note' group by latent
      ) as noted using (latent)
      left join (
        select latent, array_agg(label order by score desc nulls last, written_at desc) as explanations,
          max(score) as score
        from ${latentExplanations} where evaluation_id = ${evaluationId} group by latent
      ) as explained using (latent)
      left join (select * from ${latentProbes} where evaluation_id = ${probingId}::int) as probed using (latent)`;
  }

  valueOf({ key }: { readonly key: LatentField }): SQL {
    return VALUES[key];
  }

  isLower({ key }: { readonly key: LatentField }): boolean {
    return key === 'text';
  }
}

const LABELS = sql`(coalesce(named.labels, '{}') || coalesce(explained.explanations, '{}'))`;
/** The label that lists show. */
export const LABEL = sql`coalesce(named.labels[1], explained.explanations[1])`;

const VALUES: Readonly<Record<LatentField, SQL>> = {
  latent: sql`latents.latent`,
  density: sql`latents.density`,
  max_activation: sql`latents.max_activation`,
  max_cosine: sql`latents.max_cosine`,
  token: sql`latents.active_tokens`,
  promoted: sql`latents.raised_tokens`,
  text: sql`latents.search_text`,
  label: LABELS,
  note: sql`noted.note`,
  score: sql`explained.score`,
  probing_score: sql`probed.score`,
  probing_class: sql`probed.class`,
  probing_p: sql`probed.p_value`,
};
