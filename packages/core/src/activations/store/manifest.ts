import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import { hashOfValue } from '../../files/content-hash.ts';
import { reasonOf } from '../../files/reason-of.ts';
import { decodeUtf8 } from '../../files/utf8.ts';
import { datasetSpecSchema } from '../extraction/dataset/dataset-spec.ts';
import { corpusPositionSchema } from '../extraction/dataset/positions.ts';
import { extractionSettingsSchema } from '../extraction/extraction-settings.ts';
import { IMPORT_VERSION, importedSpecSchema } from '../imported/imported-spec.ts';
import { SYNTHESIS_VERSION, syntheticSpecSchema, type SyntheticSpec } from '../synthetic/synthetic-spec.ts';

/** Raised when the files' layout or meaning changes; part of the activations' identity. */
export const STORE_FORMAT = 1;
export const CREATED_BY = 'sae-lab 0.1.0';
export const MANIFEST = 'manifest.json';
export const PROGRESS = 'progress.json';

const count = z.int().nonnegative();
export const positionSchema = z.strictObject({
  document: count,
  piece: count,
  rows: count,
  skipped: count,
  tokens: count,
  at: corpusPositionSchema.optional(),
});

const shardSchema = z.strictObject({
  file: z.string(),
  rows: z.int().positive(),
  bytes: z.int().positive(),
  sha256: z.string(),
  /** Where the extraction of its first row begins, so that the shard can be extracted again. */
  start: positionSchema,
});

// Only the writer's names: no file outside the folder, each file once, in row order.
const shardsSchema = z
  .array(shardSchema)
  .refine((shards) => shards.every(({ file }, index) => file === shardFile(index)), {
    error: 'its shards have unexpected names',
  });

const common = {
  id: z.string(),
  format: z.literal(STORE_FORMAT),
  createdBy: z.string(),
  dIn: z.int().positive(),
  dtype: z.enum(['float32', 'float16']),
  rows: z.int().positive(),
  /** Documents read, including those without tokens. */
  documents: count,
  skippedDocuments: count,
  /** Tokens that went through the model; the number of rows if there is no model. */
  tokens: count,
  shards: shardsSchema.min(1),
};

const modelManifestSchema = z.strictObject({
  ...common,
  model: z.strictObject({
    name: z.string(),
    /** Of a model on the hub. */
    commit: z.string().optional(),
    /** The variant of the exported graph, if it was chosen. */
    dtype: z.string().optional(),
    graphSha256: z.string(),
    tokenizerSha256: z.string(),
  }),
  hook: z.strictObject({ name: z.string(), tensor: z.string() }),
  settings: extractionSettingsSchema,
  /** The token prepended to each piece, if any. Selected only with settings.includeSpecialTokens. */
  bosTokenId: z.int().nullable(),
  dataset: z.strictObject({
    sha256: z.string(),
    /** Of a dataset on the hub. */
    commit: z.string().optional(),
    spec: datasetSpecSchema,
  }),
});

const syntheticManifestSchema = z.strictObject({
  ...common,
  hook: z.strictObject({ name: z.literal('synthetic') }),
  /** Determines the rows and the true directions. */
  synthetic: z.strictObject({ version: z.literal(SYNTHESIS_VERSION), spec: syntheticSpecSchema }),
});

const importedManifestSchema = z.strictObject({
  ...common,
  hook: z.strictObject({ name: z.string() }),
  /** The files that another program wrote. */
  imported: z.strictObject({
    version: z.literal(IMPORT_VERSION),
    spec: importedSpecSchema,
    files: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
  }),
});

const manifestSchema = z.union([modelManifestSchema, syntheticManifestSchema, importedManifestSchema]);

const progressSchema = z.strictObject({ shards: shardsSchema, next: positionSchema });

export type ShardEntry = z.infer<typeof shardSchema>;
/** The manifest of a folder of activations. */
export type Manifest = z.infer<typeof manifestSchema>;
/** Progress of an unfinished folder: the complete shards, and where the next one begins. */
export type StoreProgress = z.infer<typeof progressSchema>;

/** File name of a shard, counted from 0. */
export function shardFile(index: number): string {
  return `${String(index).padStart(5, '0')}.safetensors`;
}

/** @throws {SaeLabError} `activations.missing`, `activations.corrupted` */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code ?? '')) {
      throw new SaeLabError('activations.unreadable', {
        problem: `the file cannot be read: ${message}`,
        field: path,
        fix: 'Make the file readable, or set SAE_LAB_DATA to another folder.',
        cause,
      });
    }
    throw new SaeLabError('activations.missing', {
      problem: 'there are no complete activations in this folder',
      field: folder,
      expected: `a folder with ${MANIFEST}`,
      fix: 'Extract them. An interrupted extraction resumes where it stopped.',
      cause,
    });
  }
  let manifest: Manifest;
  try {
    manifest = manifestSchema.parse(JSON.parse(decodeUtf8(bytes)));
  } catch (cause) {
    throw corrupted(path, `it is not a manifest of activations (${reasonOf(cause)})`, {}, cause);
  }
  checkFigures(path, manifest);
  if ('synthetic' in manifest) checkTruth(path, manifest.id, manifest.synthetic.spec);
  return manifest;
}

/** The identity of synthetic activations: a hash of everything that determines them. */
export function synthesisId(spec: SyntheticSpec): string {
  return hashOfValue({ format: STORE_FORMAT, version: SYNTHESIS_VERSION, synthetic: spec }).slice(0, 32);
}

/** The true directions are recomputed from the specification. With another one every score would be silently wrong. */
function checkTruth(path: string, id: string, spec: SyntheticSpec): void {
  const expected = synthesisId(spec);
  if (id === expected) return;
  throw corrupted(path, 'its specification does not match its id', {
    expected: `the id ${expected}`,
    received: id,
  });
}

/** Checks that the figures are consistent: buffers are allocated from them before a shard is opened. */
function checkFigures(path: string, { shards, rows, dIn, dtype }: Manifest): void {
  const total = shards.reduce((sum, shard) => sum + shard.rows, 0);
  if (total !== rows) {
    throw corrupted(path, 'the rows of its shards do not add up', {
      expected: `${rows} rows`,
      received: `${total} rows`,
    });
  }
  const rowBytes = dIn * (dtype === 'float16' ? 2 : 4);
  for (const shard of shards) {
    if (shard.rows * rowBytes <= shard.bytes) continue;
    throw corrupted(path, `the rows of shard ${shard.file} are larger than its file`, {
      expected: `at most ${shard.bytes} bytes`,
      received: `${shard.rows} rows of ${rowBytes} bytes`,
    });
  }
}

/** The progress of an unfinished folder; undefined if there is no valid one. */
export async function readProgress(folder: string): Promise<StoreProgress | undefined> {
  try {
    return progressSchema.parse(JSON.parse(await readFile(join(folder, PROGRESS), 'utf8')));
  } catch {
    return undefined;
  }
}

export function corrupted(
  path: string,
  problem: string,
  figures: { expected?: string; received?: string },
  cause?: unknown,
): SaeLabError {
  return new SaeLabError('activations.corrupted', {
    problem,
    field: path,
    ...figures,
    fix: 'Run the extraction or the sweep again: it extracts damaged files again, with the same bytes.',
    cause,
  });
}
