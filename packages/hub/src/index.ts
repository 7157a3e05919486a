export { notCached } from './cache/not-cached.ts';
export { chooseFiles, filesMatching, type FileChoice } from './choose-files.ts';
export { chooseSplit, type SplitChoice } from './datasets/choose-split.ts';
export {
  type DatasetConfig,
  type DatasetDescription,
  type DatasetSplit,
} from './datasets/dataset-description.ts';
export { describeDataset } from './datasets/describe-dataset.ts';
export {
  downloadFiles,
  downloadSnapshot,
  type DownloadedFile,
  type DownloadOptions,
  type Snapshot,
} from './download/download-snapshot.ts';
export { type DownloadProgress } from './download/progress.ts';
export { formatBytes, shortList } from './format-bytes.ts';
export { type FileHash, type HubFile, type RepositoryListing } from './hub-file.ts';
export { listRepository, type FoundListing, type HubOptions } from './listing/list-repository.ts';
export { repositoryOf, type Repository } from './repository.ts';
export { hubSettings, type HubSettings, type RetrySettings } from './settings.ts';
export { readRange, type ByteRange, type ByteSource } from './sources/byte-source.ts';
export { compressionOf, formatOf, type FileFormat } from './sources/file-format.ts';
export { hubSources } from './sources/hub-sources.ts';
export { localFiles } from './sources/local-files.ts';
export { localSource } from './sources/local-source.ts';
export {
  requireUploadable,
  uploadFiles,
  type LocalFile,
  type Upload,
  type UploadOptions,
} from './upload/upload-files.ts';
