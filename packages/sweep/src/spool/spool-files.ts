import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runHash as hashOfSpec, type RunSpec, type SaeOrigin } from '@sae-lab/core';
import type { ActivationsRow, NewRun, VariantRow } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import type { NewSweep } from '../run/store-sweep.ts';

/**
 * A spool is a folder with everything that training takes, for machines that do not reach the database:
 *
 *     spool.json                            the sweep and its runs, as the database will store them
 *     activations/<id>/                     as in a data folder
 *     runs/<hash>/run.json                  one run
 *     runs/<hash>/checkpoint.safetensors
 *     runs/<hash>/events/000001-1a2b3c4d.jsonl   what one attempt reports, one line an event
 *     runs/<hash>/sae/
 */

const FORMAT = 1;

/** The sweep of a spool. */
export interface Spool {
  readonly format: typeof FORMAT;
  /** Random; distinguishes spools of the same sweep. */
  readonly id: string;
  readonly sweep: NewSweep;
  readonly variants: readonly VariantRow[];
  readonly activations: readonly Omit<ActivationsRow, 'createdAt'>[];
  /** In the order of training. */
  readonly runs: readonly NewRun[];
  /** Commits of the model and the dataset. */
  readonly commits: Readonly<Record<string, string>>;
}

/** A run that any process with the same checkout can train. */
export interface SpooledRun {
  readonly format: typeof FORMAT;
  readonly runHash: string;
  readonly spec: RunSpec;
  readonly origin: SaeOrigin;
}

export const spoolFile = (folder: string): string => join(folder, 'spool.json');
export const spooledRunFile = (runFolder: string): string => join(runFolder, 'run.json');
export const eventsFolder = (runFolder: string): string => join(runFolder, 'events');

// What the database and the trainer read is checked there.
const spoolSchema = z.looseObject({
  format: z.literal(FORMAT),
  id: z.string().min(1),
  sweep: z.looseObject({ name: z.string(), definitionHash: z.string() }),
  variants: z.array(z.looseObject({ name: z.string() })),
  activations: z.array(z.looseObject({ id: z.string() })),
  runs: z.array(z.looseObject({ runHash: z.string().regex(/^[0-9a-f]{64}$/) })),
  commits: z.record(z.string(), z.string()),
});

const runSchema = z.looseObject({
  format: z.literal(FORMAT),
  runHash: z.string(),
  spec: z.looseObject({
    activationsId: z.string().regex(/^[\w-]+$/),
    variant: z.looseObject({ name: z.string() }),
  }),
  origin: z.looseObject({}),
});

/** @throws {SaeLabError} `spool.malformed` */
export async function readSpool(folder: string): Promise<Spool> {
  return parsed(spoolFile(folder), spoolSchema) as unknown as Promise<Spool>;
}

/** @throws {SaeLabError} `spool.malformed` if the file is damaged, or its run is not the one of its folder */
export async function readSpooledRun(runFolder: string, runHash: string): Promise<SpooledRun> {
  const path = spooledRunFile(runFolder);
  const run = (await parsed(path, runSchema)) as unknown as SpooledRun;
  const found = hashOfSpec(run.spec);
  if (found === runHash) return run;
  throw new SaeLabError('spool.malformed', {
    problem: 'the specification does not match the run',
    field: path,
    expected: `the hash ${runHash}`,
    received: found,
  });
}

async function parsed<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new SaeLabError('spool.malformed', {
      problem: 'cannot be read as part of a spool',
      field: path,
      received: cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message,
      fix: 'Prepare the folder with `pnpm sweep <experiment> --prepare <folder>`.',
      cause,
    });
  }
}
