import { sql, type SQL } from 'drizzle-orm';
import type { RunField } from '../../filter/keys.ts';
import {
  activations,
  evaluationFigures,
  evaluations,
  figures,
  runs,
  runTags,
  sweepRuns,
  sweeps,
  variants,
} from '../../schema/index.ts';
import { runStatusNow } from '../claimed.ts';
import { natural } from './natural.ts';
import type { StoredKey } from './run-table-keys.ts';

/**
 * The runs with what a query needs to know of them. Figures and other tables are joined on first use, so that a query
 * reads only the keys that it names.
 */
export class RunSource {
  readonly #joins = new Map<string, SQL>();
  readonly #figures = new Map<string, SQL>();

  /** `runs` and everything joined so far. */
  get from(): SQL {
    return sql.join([sql`${runs}`, ...this.#joins.values()], sql` `);
  }

  /** The value of a key; null where a run has none. A list is an array of texts, a setting is JSON. */
  valueOf({ key, kind, path, ofRuns, ofEvaluations }: StoredKey): SQL {
    if (kind === 'setting') return settingAt(path!);
    return kind === 'field' ? this.#field(key as RunField) : this.#figure(key, ofRuns, ofEvaluations);
  }

  /**
   * The order in which a reader looks for runs: those of the newest sweep first, then by variant, hook, width,
   * hyperparameters and seed. No two runs are equal in it.
   */
  usualOrder(): SQL[] {
    this.#join(
      'newest sweep',
      sql`left join (
        select ${sweepRuns.runId} as run_id, max(${sweepRuns.sweepId}) as sweep_id from ${sweepRuns} group by 1
      ) as newest on newest.run_id = ${runs.id}`,
    );
    // Few hooks have many runs: their numbers are padded once for each hook.
    this.#join(
      'hooks',
      sql`left join (
        select hook, ${natural(sql`hook`)} as place from (select distinct ${runs.hook} as hook from ${runs}) as named
      ) as hooks on hooks.hook = ${runs.hook}`,
    );
    return [
      sql`newest.sweep_id desc nulls last`,
      sql`${runs.variant} collate "C"`,
      sql`hooks.place`,
      sql`${runs.width}`,
      // JSON compares numbers as numbers.
      sql`${runs.hyper}`,
      sql`${runs.seed}`,
      sql`${runs.id}`,
    ];
  }

  #join(name: string, join: SQL): void {
    this.#joins.set(name, join);
  }

  /** NaN stands for a figure that is undefined on the run's data: it is missing. */
  #figure(key: string, ofRuns = false, ofEvaluations = false): SQL {
    const known = this.#figures.get(key);
    if (known) return known;
    const number = this.#figures.size;
    const values: SQL[] = [];
    if (ofRuns) {
      const alias = sql.raw(`figure_${number}`);
      this.#join(
        `figure ${key}`,
        sql`left join ${figures} as ${alias} on ${alias}.run_id = ${runs.id} and ${alias}.figure = ${key}`,
      );
      values.push(sql`${alias}.value`);
    }
    if (ofEvaluations) {
      const alias = sql.raw(`evaluated_${number}`);
      // Of several evaluations, the one that `mainFigures` chooses.
      this.#join(
        `evaluated ${key}`,
        sql`left join (
          select distinct on (${evaluations.runId}) ${evaluations.runId} as run_id, ${evaluationFigures.value} as value
          from ${evaluationFigures} join ${evaluations} on ${evaluations.id} = ${evaluationFigures.evaluationId}
          where ${evaluationFigures.figure} = ${key} and ${evaluations.finishedAt} is not null
            and ${evaluations.runId} is not null
          order by ${evaluations.runId}, ${evaluations.version} desc, ${evaluations.tokens} desc,
            ${evaluations.finishedAt} desc, ${evaluations.id} desc
        ) as ${alias} on ${alias}.run_id = ${runs.id}`,
      );
      values.push(sql`${alias}.value`);
    }
    const value = sql`nullif(coalesce(${sql.join([...values, sql`null::float8`], sql`, `)}), 'NaN')`;
    this.#figures.set(key, value);
    return value;
  }

  #field(field: RunField): SQL {
    switch (field) {
      case 'variant':
        return sql`${runs.variant}`;
      case 'coefficient':
        this.#join(
          'variants',
          sql`left join ${variants} on ${variants.name} = ${runs.variant} and ${variants.mathVersion} = ${runs.mathVersion}`,
        );
        return sql`(${runs.hyper} -> ${variants.sparsity})`;
      case 'hook':
        return sql`${runs.hook}`;
      case 'model':
        this.#join('activations', sql`left join ${activations} on ${activations.id} = ${runs.activationsId}`);
        return sql`${activations.model}`;
      case 'width':
        return sql`${runs.width}`;
      case 'seed':
        return sql`${runs.seed}`;
      case 'configuration':
        // Everything that decides the result, but for the seed and the fields that have their own column.
        return sql`left(md5(jsonb_build_array(${runs.variant}, ${runs.mathVersion}, ${runs.hyper}, ${runs.hook},
          ${runs.width}, ${runs.activationsId},
          ${runs.config} - array['variant', 'hyper', 'hook', 'dSae', 'seed', 'activationsId'])::text), 8)`;
      case 'status':
        return sql`(${runStatusNow})::text`;
      case 'sweep':
        return sql`array(select ${sweeps.name} from ${sweepRuns} join ${sweeps} on ${sweeps.id} = ${sweepRuns.sweepId}
          where ${sweepRuns.runId} = ${runs.id} order by ${sweeps.id})`;
      case 'tag':
        return sql`array(select ${runTags.tag} from ${runTags} where ${runTags.runId} = ${runs.id} order by 1)`;
      case 'progress':
        return sql`(${runs.step}::float8 / nullif(${runs.totalSteps}, 0))`;
      case 'step':
        return sql`${runs.step}`;
      case 'seconds':
        return sql`${runs.seconds}`;
      case 'queued':
        return sql`${runs.queuedAt}`;
      case 'started':
        return sql`${runs.startedAt}`;
      case 'finished':
        return sql`${runs.finishedAt}`;
      case 'error':
        return sql`(${runs.error} ->> 'message')`;
      case 'commit':
        return sql`(${runs.provenance} ->> 'commit')`;
      case 'activations':
        return sql`${runs.activationsId}`;
      case 'hash':
        return sql`${runs.runHash}`;
      case 'id':
        return sql`${runs.id}`;
    }
  }
}

function settingAt([column, ...path]: readonly ['hyper' | 'config', ...string[]]): SQL {
  const steps = path.map((step) => sql`${step}::text`);
  return sql`(${runs[column]} #> array[${sql.join(steps, sql`, `)}])`;
}

/** The number of a setting; null if it is not one. */
export function settingNumber(setting: SQL): SQL {
  return sql`case when jsonb_typeof(${setting}) = 'number' then (${setting} #>> '{}')::float8 end`;
}

/** The text of a setting, with numbers and lists as JSON. */
export function settingText(setting: SQL): SQL {
  return sql`(${setting} #>> '{}')`;
}
