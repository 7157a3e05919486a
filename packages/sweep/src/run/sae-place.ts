import { join } from 'node:path';
import type { FilesPlace } from '@sae-lab/db';
import type { SaePlace } from '../report/events.ts';
import { runFolder } from './run-folder.ts';

/** Where a finished run's SAE is; null where its files are missing. */
export function saePlace(
  ownDataDir: string,
  run: { runHash: string },
  files: FilesPlace = { state: 'here' },
): SaePlace | null {
  if (files.state === 'missing') return null;
  if (files.state === 'stored') return { folder: files.location, isStored: true };
  const { dataDir, host } = files.state === 'elsewhere' ? files : { dataDir: ownDataDir, host: undefined };
  return { folder: join(runFolder(dataDir, run), 'sae'), ...(host !== undefined && { host }) };
}
