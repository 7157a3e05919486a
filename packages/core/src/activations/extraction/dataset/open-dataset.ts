import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import {
  chooseSplit,
  describeDataset,
  hubSettings,
  hubSources,
  localFiles,
  localSource,
  type ByteSource,
  type HubFile,
} from '@sae-lab/hub';
import { readCorpus, type CorpusOptions, type CorpusReader } from './corpus.ts';
import type { DatasetSpec } from './dataset-spec.ts';
import type { CorpusPosition } from './positions.ts';

/** A dataset whose files are known. */
export interface OpenedDataset {
  readonly spec: DatasetSpec;
  /** Paths of local files, in reading order. Empty for a dataset on the hub. */
  readonly files: readonly string[];
  /** Set for a dataset on the hub. */
  readonly hub?: HubSplit;
  /** Size of all files. */
  readonly bytes: number;
  /** Starts reading at the first document, or at `from`. Without a signal, with the one that it was opened with. */
  read(
    options?: Pick<CorpusOptions, 'from' | 'mostBytes' | 'signal' | 'anyValue'> & { column?: string },
  ): CorpusReader;
}

/** A split of a dataset at one commit. */
interface HubSplit {
  readonly commit: string;
  readonly config: string;
  readonly split: string;
  readonly files: readonly HubFile[];
}

interface OpenOptions {
  /** Called with warnings for the user. */
  readonly warn?: ((sentence: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds the files of a dataset. Reads none of their documents.
 *
 * @throws {SaeLabError} `dataset.not-found`, `hub.*`
 */
export async function openDataset(spec: DatasetSpec, options: OpenOptions = {}): Promise<OpenedDataset> {
  switch (spec.kind) {
    case 'hub':
      return openHubDataset(spec, options);
    case 'files':
      return opened(spec, await localFiles(spec.path), { signal: options.signal, column: spec.column });
    case 'jsonl':
      await requireFile(spec);
      return opened(spec, [await localSource(spec.path)], {
        signal: options.signal,
        column: spec.textField,
        format: 'json-lines',
      });
    case 'text':
      await requireFile(spec);
      return opened(spec, [await localSource(spec.path)], { signal: options.signal, format: 'text' });
  }
}

/** Reads all documents from a position on once, so that their errors appear before the model runs. */
export async function requireReadable(
  dataset: OpenedDataset,
  from: CorpusPosition | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  for await (const _ of dataset.read({ from, signal }).documents()) signal?.throwIfAborted();
}

function opened(
  spec: DatasetSpec,
  sources: readonly ByteSource[],
  reading: Pick<CorpusOptions, 'column' | 'format' | 'signal'>,
): OpenedDataset {
  return {
    spec,
    files: sources.map(({ path }) => path),
    bytes: sizeOf(sources),
    read: (options) =>
      readCorpus(sources, { ...reading, ...options, documents: spec.documents, shuffle: spec.shuffle }),
  };
}

function sizeOf(files: readonly { readonly size: number }[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

async function openHubDataset(
  spec: Extract<DatasetSpec, { kind: 'hub' }>,
  { warn, signal }: OpenOptions,
): Promise<OpenedDataset> {
  const { id, revision, column } = spec;
  const settings = hubSettings();
  const description = await describeDataset(id, {
    ...(revision !== undefined && { revision }),
    settings,
    signal,
  });
  const { config, split } = chooseSplit(description, spec);
  const { listing } = config;
  if (listing.unreachable !== undefined) {
    const commit = listing.commit.slice(0, 7);
    warn?.(`the hub cannot be reached, so the dataset ${id} is the one in the cache (commit ${commit})`);
  }
  if (split.isPartial) {
    warn?.(
      `the hub has converted only the beginning of the dataset ${id} to parquet: the rest of split ${split.name} is not read`,
    );
  }
  const { files } = split;
  let opening: Promise<ByteSource[]> | undefined;
  // Opened once, because each opening resolves the addresses of the files again. Tried again if that failed.
  const openSources = (): Promise<ByteSource[]> =>
    (opening ??= hubSources(settings, listing, files).catch((error: unknown) => {
      opening = undefined;
      throw error;
    }));
  return {
    spec,
    files: [],
    hub: { commit: listing.commit, config: config.name, split: split.name, files },
    bytes: sizeOf(files),
    read(options) {
      let reader: CorpusReader | undefined;
      return {
        // Existing activations need neither documents nor a connection to the hub.
        async *documents() {
          reader = readCorpus(await openSources(), {
            column,
            signal,
            ...options,
            documents: spec.documents,
            shuffle: spec.shuffle,
          });
          yield* reader.documents();
        },
        fractionRead: () => reader?.fractionRead() ?? 0,
      };
    },
  };
}

/** @throws {SaeLabError} `dataset.not-found` */
async function requireFile({ path }: Extract<DatasetSpec, { path: string }>): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (!(found instanceof Error) && found.isFile()) return;
  throw new SaeLabError('dataset.not-found', {
    problem: problemOf(found),
    field: 'dataset.path',
    expected: 'a file of JSON lines or text, plain or compressed as .gz or .zst',
    received: describeValue(path),
    fix: 'Correct the path. In an experiment, paths are relative to the folder of its file.',
  });
}

function problemOf(found: Error | Stats): string {
  if (found instanceof Error) {
    const { code } = found as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'the file does not exist' : `the file cannot be accessed (${code})`;
  }
  return found.isDirectory() ? "it is a folder; kind 'files' reads folders" : 'it is not a regular file';
}
