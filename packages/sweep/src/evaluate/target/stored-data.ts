import { datasetSpecSchema, importedSpecSchema, syntheticSpecSchema } from '@sae-lab/core/activations';
import type { JsonObject } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import { activationsSchema } from '../../definition/schema.ts';
import type { SourceDefinition } from '../../plan/activations-source.ts';
import type { Requested } from '../../definition/requests.ts';

const evaluation = z.looseObject({
  holdout: z.number(),
  also: z.array(z.looseObject({ name: z.string(), settings: z.record(z.string(), z.unknown()) })).default([]),
});
const model = z.union([z.string(), z.looseObject({ id: z.string(), revision: z.string().optional() })]);

/** The part of the definition of a sweep or of an SAE's data, as the database has it, that says where activations come from. */
const storedSchema = z.union([
  z.looseObject({
    model,
    dataset: datasetSpecSchema,
    hooks: z.array(z.string()),
    activations: activationsSchema,
    evaluation,
  }),
  z.looseObject({ dataset: z.union([syntheticSpecSchema, importedSpecSchema]), evaluation }),
]);

export interface StoredData {
  readonly source: SourceDefinition;
  /** The evaluations that the sweep asks for. */
  readonly also: readonly Requested[];
}

/**
 * @param of what the definition is of, e.g. `the sweep quickstart`
 * @throws {SaeLabError} `evaluation.no-data` for a definition that an incompatible version stored
 */
export function storedData(definition: JsonObject, of: string): StoredData {
  const parsed = storedSchema.safeParse(definition);
  if (parsed.success) {
    return { source: parsed.data, also: parsed.data.evaluation.also };
  }
  throw new SaeLabError('evaluation.no-data', {
    problem: `the definition of ${of} cannot be read: ${z.prettifyError(parsed.error)}`,
    fix: 'Run `pnpm sweep` with its experiment again, which stores the definition.',
    cause: parsed.error,
  });
}
