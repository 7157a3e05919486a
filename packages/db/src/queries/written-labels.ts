// cspell:ignore strpos
import { sql, type SQL } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import {
  evaluations,
  latentExplanations,
  latentNotes,
  runs,
  saes,
  sweepRuns,
  sweeps,
  sweepSaes,
  type JsonObject,
} from '../schema/index.ts';
import type { SaeSubject } from './subject.ts';

/** Who wrote it: people write labels and notes, language models explanations. */
export type WrittenKind = 'label' | 'note' | 'explanation';

/** What was written about a latent, with its SAE. */
export interface WrittenLabel {
  readonly kind: WrittenKind;
  readonly text: string;
  /** The name that a person gave, possibly empty; the name of a language model. */
  readonly author: string;
  readonly writtenAt: Date;
  /** Balanced accuracy of an explanation; null if it has none. */
  readonly score: number | null;
  readonly latent: number;
  readonly subject: SaeSubject;
  /** The run that trained the SAE; null if no run did. */
  readonly run: LabelledRun | null;
  /** The SAE if no run trained it. */
  readonly sae: LabelledSae | null;
  /** The sweeps that have the run, or that compare their runs with the SAE, the latest first. */
  readonly sweeps: readonly { readonly id: number; readonly name: string }[];
}

/** A run with what names its SAE. */
export interface LabelledRun {
  readonly id: number;
  readonly runHash: string;
  readonly variant: string;
  readonly mathVersion: number;
  readonly hyper: JsonObject;
  readonly hook: string;
  readonly width: number;
  readonly seed: number;
  readonly activationsId: string;
  readonly config: JsonObject;
}

/** An SAE that no run trained. */
interface LabelledSae {
  readonly id: number;
  readonly name: string;
  readonly hook: string;
  readonly width: number;
}

/** A place in the list: the time in microseconds and the identity of the row before it. */
export interface WrittenPlace {
  readonly at: number;
  readonly key: string;
}

export interface WrittenSearch {
  /** All of these must occur, whatever their case. */
  readonly words: readonly string[];
  /** All kinds if undefined. */
  readonly kinds?: readonly WrittenKind[] | undefined;
  /** Only of the runs of this sweep and of the SAEs that it compares them with. */
  readonly sweepId?: number;
  readonly after?: WrittenPlace | undefined;
  readonly limit: number;
}

/** What was written about latents of all SAEs, the newest first. */
export async function writtenLabels(
  db: Db,
  { words, kinds = ['label', 'note', 'explanation'], sweepId, after, limit }: WrittenSearch,
): Promise<{ readonly rows: WrittenLabel[]; readonly next: WrittenPlace | null }> {
  const rest = (text: SQL, runId: SQL, saeId: SQL): SQL =>
    sql.join(
      [
        sql`true`,
        ...words.map((word) => sql`strpos(lower(${text}), lower(${word})) > 0`),
        ...(sweepId === undefined
          ? []
          : [
              sql`(${runId} in (select run_id from ${sweepRuns} where sweep_id = ${sweepId})
                or ${saeId} in (select sae_id from ${sweepSaes} where sweep_id = ${sweepId}))`,
            ]),
      ],
      sql` and `,
    );
  const people = kinds.filter((kind) => kind !== 'explanation');
  const isAfter =
    after === undefined
      ? sql`true`
      : sql`(${AT} < ${after.at}::float8 or (${AT} = ${after.at}::float8 and key < (${after.key}::text collate "C")))`;
  // Each of the two is cut to a page before they are merged.
  const cut = sql`order by written_at desc, key desc limit ${limit + 1}`;
  const rows = await db.execute<Record<string, unknown> & Row>(sql`
    with page as (
      select * from (
        (select kind, text, author, null::float8 as score, latent, run_id, sae_id, written_at, key
        from ${latentNotes}, lateral (select ('n' || to_char(id, 'FM0000000000')) collate "C" as key) as keyed
        where kind in (${list(people)}) and ${rest(sql`text`, sql`run_id`, sql`sae_id`)} and ${isAfter} ${cut})
        union all
        (select 'explanation', label, model, score, latent, run_id, sae_id, written_at, key
        from ${latentExplanations} join ${evaluations} on evaluations.id = evaluation_id, lateral (
          select concat_ws(' ', 'e', evaluation_id, latent, prompt_version, model) collate "C" as key
        ) as keyed
        where ${kinds.includes('explanation')} and ${rest(sql`label`, sql`run_id`, sql`sae_id`)} and ${isAfter} ${cut})
      ) as written ${cut}
    )
    select page.kind, page.text, page.author, page.score, page.latent, ${AT} as at, page.key,
      case when runs.id is not null then jsonb_build_object(
        'id', runs.id, 'runHash', runs.hash, 'variant', variant, 'mathVersion', math_version, 'hyper', hyper,
        'hook', runs.hook, 'width', runs.width, 'seed', seed, 'activationsId', runs.activations_id, 'config', runs.config
      ) end as run,
      case when saes.id is not null then jsonb_build_object(
        'id', saes.id, 'name', saes.name, 'hook', saes.hook, 'width', saes.width
      ) end as sae,
      (
        select coalesce(jsonb_agg(jsonb_build_object('id', sweeps.id, 'name', sweeps.name) order by sweeps.id desc), '[]')
        from ${sweeps} where sweeps.id in (
          select sweep_id from ${sweepRuns} where sweep_runs.run_id = page.run_id
          union all
          select sweep_id from ${sweepSaes} where sweep_saes.sae_id = page.sae_id
        )
      ) as sweeps
    from page left join ${runs} on runs.id = page.run_id left join ${saes} on saes.id = page.sae_id
    order by written_at desc, page.key desc`);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    rows: rows.slice(0, limit).map(writtenLabel),
    next: last === undefined ? null : { at: last.at, key: last.key },
  };
}

type Row = Omit<WrittenLabel, 'writtenAt' | 'subject'> & WrittenPlace;

/** Whole microseconds are exact in a number. */
const AT = sql`(extract(epoch from written_at) * 1000000)::float8`;

function writtenLabel(row: Row): WrittenLabel {
  const { kind, text, author, score, latent, at, run, sae, sweeps: found } = row;
  const writtenAt = new Date(Math.floor(at / 1000));
  // The database has one of the two.
  const subject = run === null ? { saeId: sae!.id } : { runId: run.id };
  return { kind, text, author, writtenAt, score, latent, subject, run, sae, sweeps: found };
}

/** Values for `in`, which may not be empty. */
function list(values: readonly string[]): SQL {
  return values.length === 0
    ? sql`null`
    : sql.join(
        values.map((value) => sql`${value}`),
        sql`, `,
      );
}
