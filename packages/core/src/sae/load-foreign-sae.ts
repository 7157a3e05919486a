import type { DownloadOptions } from '@sae-lab/hub';
import { SaeLabError } from '@sae-lab/errors';
import { SAELENS_CONFIG, SAELENS_WEIGHTS } from './saelens-files.ts';
import type { ForeignFormat, ReadSae } from './foreign/foreign-sae.ts';
import { DICTIONARY_LEARNING_FILES, readDictionaryLearning } from './foreign/formats/dictionary-learning.ts';
import { GEMMA_SCOPE_WEIGHTS, readGemmaScope } from './foreign/formats/gemma-scope.ts';
import { readSaelens } from './foreign/formats/saelens.ts';
import { readSparsify, SPARSIFY_FILES } from './foreign/formats/sparsify.ts';
import { openSaeFiles, type SaeFiles } from './foreign/sae-files.ts';

/** An SAE of another project, or a saved one of this project. */
export interface ForeignSae extends ReadSae {
  readonly format: ForeignFormat;
  /** As it was given to {@link loadForeignSae}. */
  readonly source: string;
  /** The commit of a repository on the hub. */
  readonly commit?: string;
}

interface Format {
  readonly name: ForeignFormat;
  /** The files that it is recognised by. */
  readonly files: readonly string[];
  readonly read: (files: SaeFiles) => Promise<ReadSae>;
}

const FORMATS: readonly Format[] = [
  { name: 'saelens', files: [SAELENS_WEIGHTS, SAELENS_CONFIG], read: readSaelens },
  {
    name: 'dictionary_learning',
    files: Object.values(DICTIONARY_LEARNING_FILES),
    read: readDictionaryLearning,
  },
  { name: 'sparsify', files: Object.values(SPARSIFY_FILES), read: readSparsify },
  { name: 'gemma-scope', files: [GEMMA_SCOPE_WEIGHTS], read: readGemmaScope },
];

/**
 * Loads an SAE of SAELens, dictionary_learning, sparsify or Gemma Scope. Weights in other dtypes become float32. Whatever
 * would give other codes than its own library is an error that names the field.
 *
 * @param source a folder, which starts with `.` or `/`, or `hub:OWNER/NAME[@REVISION][/PATH]`. Of a repository, only the
 *   files of the SAE are downloaded
 * @example
 * const { sae, origin } = await loadForeignSae('hub:google/gemma-scope-2b-pt-res/layer_20/width_16k/average_l0_71');
 *
 * @throws {SaeLabError} `sae.*`; `hub.*` for a repository
 */
export async function loadForeignSae(source: string, options: DownloadOptions = {}): Promise<ForeignSae> {
  const files = await openSaeFiles(source, options);
  const format = FORMATS.find((candidate) => isIn(candidate, files.files));
  if (format === undefined) throw unknownFormat(files);
  const read = await format.read(files);
  return { ...read, format: format.name, source, ...(files.hub && { commit: files.hub.commit }) };
}

function isIn({ files }: Format, there: readonly string[]): boolean {
  return files.every((file) => there.includes(file));
}

function unknownFormat({ name, files, nested }: SaeFiles): SaeLabError {
  const folders = nested
    .filter((path) => path.endsWith('/') || FORMATS.some((format) => path.endsWith(`/${format.files[0]}`)))
    .map((path) => path.slice(0, path.lastIndexOf('/')));
  const some = (names: readonly string[]): string =>
    `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
  const received = [
    ...(files.length > 0 ? [`the files ${some(files)}`] : []),
    ...(folders.length > 0 ? [`the folders ${some(folders)}`] : []),
  ];
  return new SaeLabError('sae.unknown-format', {
    problem: 'the folder has no SAE in a supported format',
    field: name,
    expected: FORMATS.map((format) => `${format.files.join(' and ')} (${format.name})`).join(', or '),
    received: received.length === 0 ? 'an empty folder' : received.join('; '),
    fix: folders.length > 0 ? `Name the folder of one SAE, e.g. ${name}/${folders[0]}.` : 'Correct the path.',
  });
}
