import { basename } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { hashOfValue } from '../../files/content-hash.ts';
import { makeFolder } from '../../files/write-atomic.ts';
import { requireSides } from '../extraction/dataset/require-both-sides.ts';
import { WatchedFiles } from '../extraction/watched-files.ts';
import { parseInput } from '../parse-input.ts';
import type { ActivationStore } from '../store/activation-store.ts';
import { makeStores, type ExtractionOptions, type RowSource } from '../store/make-stores.ts';
import { CREATED_BY, STORE_FORMAT } from '../store/manifest.ts';
import { planStore, type PlannedActivations, type StorageSettings } from '../store/planned-store.ts';
import { countOf, findArrays } from './find-arrays.ts';
import { documentIdsOf, importedWindows, type Import } from './imported-rows.ts';
import {
  IMPORT_VERSION,
  importedSpecSchema,
  type ImportedSpec,
  type ImportedSpecInput,
} from './imported-spec.ts';

interface PreparedImport {
  readonly spec: ImportedSpec;
  readonly source: Import;
  readonly storage: StorageSettings;
  readonly inputs: WatchedFiles;
  /** sha256 of each of the source's files. */
  readonly hashes: readonly string[];
  readonly planned: PlannedActivations;
}

/**
 * Plans an import without copying rows. The first plan reads the files to hash them.
 *
 * @param holdout the fraction that runs will hold out; throws if it leaves no rows for training or evaluation
 * @throws {SaeLabError} `import.*`, `dataset.one-sided`
 */
export async function planImport(
  input: ImportedSpecInput,
  dataDir: string,
  holdout: number = 0,
): Promise<PlannedActivations> {
  const { planned, source, spec } = await prepare(input, dataDir);
  if (holdout > 0 && !planned.present) {
    const fix = spec.rowsPerDocument === undefined ? 'Use more documents' : 'Lower dataset.rowsPerDocument';
    await requireSides(documentIdsOf(source), holdout, { what: 'document', fix });
  }
  return planned;
}

/**
 * Copies activations that another program computed into the data folder if they are not there yet, and opens them; see
 * {@link makeStores}. Float16 stays float16; bfloat16 becomes float32.
 *
 * @throws {SaeLabError} `import.*`, `extraction.input-changed`, `activations.no-space`, `activations.not-finite`
 *
 * @example
 * const store = await importActivations(
 *   { kind: 'activations', files: 'acts/*.npy', rowsPerDocument: 197 },
 *   '.sae-lab',
 * );
 */
export async function importActivations(
  input: ImportedSpecInput,
  dataDir: string,
  options: ExtractionOptions = {},
): Promise<ActivationStore> {
  const prepared = await prepare(input, dataDir);
  const [store] = await makeStores([prepared.planned], importedRows(prepared), dataDir, options);
  return store!;
}

async function prepare(input: ImportedSpecInput, dataDir: string): Promise<PreparedImport> {
  const spec = parseInput(importedSpecSchema, input, 'dataset', 'import.invalid');
  const inputs = new WatchedFiles();
  await inputs.add((await findArrays(spec)).files);
  // Again, because the headers must be those of the files as they are from now on.
  const arrays = await findArrays(spec);
  await makeFolder(dataDir);
  const hashes = await inputs.hashes(dataDir, arrays.files);
  const [first] = arrays.rows;
  const dIn = first!.shape[1]!;
  const count = Math.min(countOf(arrays.rows), spec.maxRows ?? Infinity);
  const storage: StorageSettings = {
    dtype: arrays.rows.every(({ dtype }) => dtype === 'F16') ? 'float16' : 'float32',
    shardRows: spec.shardRows,
  };
  const name = spec.name ?? first!.name ?? 'activations';
  requireStorableName(name);
  const id = importId(spec, name, hashes, arrays.rows.length);
  const planned = await planStore({ id, hook: { name, layer: null }, dIn, rows: count }, dataDir, storage);
  const source = { ...arrays, dIn, count, rowsPerDocument: spec.rowsPerDocument ?? 1 };
  return { spec, source, storage, inputs, hashes, planned: { ...planned, isExact: true } };
}

/** The identity has the files' content and not their paths, so that a copy is the same. */
function importId(spec: ImportedSpec, name: string, hashes: readonly string[], rowFiles: number): string {
  const { files: _, documentIds, ...settings } = spec;
  return hashOfValue({
    format: STORE_FORMAT,
    version: IMPORT_VERSION,
    imported: {
      ...settings,
      name,
      // A tensor is identified by its name, a `.npy` file by its hash.
      documentIds: documentIds?.endsWith('.npy') === true ? hashes.slice(rowFiles) : documentIds,
      files: hashes.slice(0, rowFiles),
    },
  }).slice(0, 32);
}

function importedRows({
  spec,
  source,
  storage,
  inputs,
  hashes,
}: PreparedImport): RowSource<PlannedActivations> {
  return {
    storage,
    estimate: { rows: source.count, tokens: source.count },
    async *windows(_, from, { signal }) {
      for await (const { rows, end } of importedWindows(source, from, signal)) {
        // Checked before the rows are stored: none of a changed file may get this identity.
        await inputs.requireUnchanged();
        yield { rows: [rows], end };
      }
    },
    describe({ id, hook, dIn }, end, shards) {
      return {
        id,
        format: STORE_FORMAT,
        createdBy: CREATED_BY,
        imported: {
          version: IMPORT_VERSION,
          spec,
          files: source.files.map((file, i) => ({ name: basename(file), sha256: hashes[i]! })),
        },
        hook: { name: hook.name },
        dIn,
        dtype: storage.dtype,
        rows: end.rows,
        documents: end.document,
        skippedDocuments: end.skipped,
        tokens: end.tokens,
        shards,
      };
    },
  };
}

/** Tables are in Postgres, whose text has no NUL. */
function requireStorableName(name: string): void {
  if (!name.includes('\0')) return;
  throw new SaeLabError('import.tensor', {
    problem: 'the name of the tensor contains a NUL character',
    field: 'dataset.name',
    received: JSON.stringify(name),
    fix: 'Set dataset.name.',
  });
}
