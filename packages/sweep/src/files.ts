export { loadStoredSae, storedSource } from './evaluate/stored-source.ts';
export { checkFinishedFiles } from './run/finished-files.ts';
export { saePlace } from './run/sae-place.ts';
export { bringSaes } from './shared/bring-saes.ts';
export { openSharedFiles, openSharedFilesToRead } from './shared/shared-files.ts';
