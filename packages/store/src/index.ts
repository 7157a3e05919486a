export type { ObjectInfo } from './backend/backend.ts';
export type { ArrivingFile } from './cache/arriving-file.ts';
export { cacheLimit } from './cache/cache-limit.ts';
export type { CacheSettings, OpenedFolder } from './cache/file-cache.ts';
export type { FileSet, Note, StoredFile } from './file-set.ts';
export { parseLocation, type StoreLocation } from './location.ts';
export type { StoreMemory } from './marker.ts';
export {
  activationsSet,
  checkpointsAmong,
  checkpointSet,
  saesAmong,
  saeSet,
  setsOfActivations,
  setsOfAttempt,
  setsOfRun,
} from './set-names.ts';
export { openStore, type Store, type StoreOptions } from './store.ts';
