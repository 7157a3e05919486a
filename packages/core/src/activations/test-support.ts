/** What the tests of this folder share: the shipped model, small datasets, and stores with known rows. */
import { hash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SaeLabError } from '@sae-lab/errors';
import { onTestFinished } from 'vitest';
import { DATASET_START } from './extraction/dataset/windows.ts';
import type { ExtractionSpec } from './extraction/plan.ts';
import { openActivations, type ActivationStore, type SequentialBatch } from './store/activation-store.ts';
import { openActivationWriter, type RowColumns } from './store/activation-writer.ts';
import { STORE_FORMAT } from './store/manifest.ts';
import type { Split } from './store/holdout.ts';

export const MODEL = { kind: 'folder', folder: repositoryPath('models/neox-1.7m') } as const;
export const CORPUS = {
  kind: 'jsonl',
  path: repositoryPath('models/corpus/public-domain-en.jsonl.gz'),
} as const;

/** A copy of the shipped model that may be changed. */
export function copyOfModel(): string {
  const folder = temporaryFolder();
  cpSync(MODEL.folder, folder, { recursive: true });
  return folder;
}

function repositoryPath(path: string): string {
  return fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
}

/** A folder that is removed when the test has finished. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sae-lab-extraction-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function writeFileIn(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const ALL_ROWS: Split = { holdout: 0, seed: 0, part: 'train' };
export const HOOKS = ['blocks.1.hook_mlp_out', 'blocks.2.hook_resid_post'];

/** 12 documents of the corpus, in small windows and small files. */
export function smallSpec(dataDir: string, change: Partial<ExtractionSpec> = {}): ExtractionSpec {
  return {
    model: MODEL,
    dataset: { ...CORPUS, documents: 12 },
    hooks: HOOKS,
    settings: { maxTokens: 64, batchTokens: 512, shardRows: 700 },
    dataDir,
    ...change,
  };
}

/** The hash of every file of the stores. */
export function bytesOf(stores: readonly ActivationStore[]): Record<string, string> {
  return Object.fromEntries(
    stores.flatMap(({ folder, id }) =>
      readdirSync(folder).map((file) => [`${id}/${file}`, hash('sha256', readFileSync(join(folder, file)))]),
    ),
  );
}

/** Whether two arrays are equal. `toEqual` takes minutes to show how millions of values differ. */
export function haveSameBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const view = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
    Buffer.from(buffer, byteOffset, byteLength);
  return view(a).equals(view(b));
}

export async function rowsOf(store: ActivationStore): Promise<SequentialBatch> {
  const [all] = await collect(store.sequentialBatches({ batchSize: 100_000, split: ALL_ROWS }));
  return all!;
}

/** A JSON-lines dataset of these texts. */
export function datasetOf(folder: string, texts: readonly string[]): { kind: 'jsonl'; path: string } {
  const lines = texts.map((text) => JSON.stringify({ text }));
  return { kind: 'jsonl', path: writeFileIn(folder, `${texts.length}.jsonl`, `${lines.join('\n')}\n`) };
}

/** The SaeLabError that something throws or rejects with. */
export async function errorOf(act: () => unknown): Promise<SaeLabError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof SaeLabError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/**
 * A store whose row r is [r, r + ½, …], where no other values are given, and belongs to document ⌊r / rowsPerDocument⌋, written by the writer that
 * the extraction uses.
 */
export async function storeOfKnownRows(
  folder: string,
  {
    rows,
    dIn,
    shardRows,
    rowsPerDocument = 10,
    documentHash = (document: number) => Math.imul(document + 1, 0x9e3779b1),
    value = (row: number, d: number) => row + d / 2,
  }: {
    rows: number;
    dIn: number;
    shardRows: number;
    rowsPerDocument?: number;
    documentHash?: (document: number) => number;
    /** Entry d of a row. Default: row + d / 2. */
    value?: (row: number, d: number) => number;
  },
): Promise<ActivationStore> {
  const path = join(folder, 'known');
  const writer = await openActivationWriter({ folder: path, dIn, dtype: 'float32', shardRows });
  const column = (entry: (row: number) => number): Int32Array =>
    Int32Array.from({ length: rows }, (_, row) => entry(row));
  const document = (row: number): number => Math.floor(row / rowsPerDocument);
  const columns: RowColumns = {
    token_ids: column((row) => row % 97),
    document_ids: column(document),
    document_hashes: column((row) => documentHash(document(row))),
    pieces: column(() => 0),
    positions: column((row) => row % rowsPerDocument),
  };
  const activations = Float32Array.from({ length: rows * dIn }, (_, i) =>
    value(Math.floor(i / dIn), i % dIn),
  );
  await writer.append({ start: DATASET_START, count: rows, activations, columns });
  await writer.finish((shards) => ({
    id: 'known',
    format: STORE_FORMAT,
    createdBy: 'test',
    model: { name: 'none', graphSha256: '', tokenizerSha256: '' },
    hook: { name: 'none', tensor: 'none' },
    dIn,
    dtype: 'float32',
    rows,
    documents: document(rows - 1) + 1,
    skippedDocuments: 0,
    tokens: rows,
    settings: {
      context: 'chunk',
      maxTokens: 128,
      tokens: 'all',
      prependBos: true,
      includeSpecialTokens: false,
      dtype: 'float32',
      batchTokens: 4096,
    },
    bosTokenId: null,
    dataset: { sha256: '', spec: { kind: 'text', path: 'none' } },
    shards,
  }));
  return openActivations(path);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
