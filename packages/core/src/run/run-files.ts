import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { placeOf, STREAM_START, type StreamPlace } from '../activations/index.ts';
import { removeWritten } from '../files/write-atomic.ts';
import { readProgress } from '../training/checkpoint.ts';

/** The folder of a run's saved SAE. */
export function saeFolderOf(runFolder: string): string {
  return join(runFolder, 'sae');
}

/** The file of a run's checkpoint. */
export function checkpointOf(runFolder: string): string {
  return join(runFolder, 'checkpoint.safetensors');
}

/** Whether a run has a checkpoint to resume from. */
export function hasCheckpoint(runFolder: string): boolean {
  return existsSync(checkpointOf(runFolder));
}

/** Where a run continues to read streamed activations. */
export async function placeOfCheckpoint(runFolder: string, hash: string): Promise<StreamPlace> {
  const progress = await readProgress(checkpointOf(runFolder), hash);
  return progress === undefined ? STREAM_START : placeOf(progress.position);
}

/** The steps that a run's checkpoint has; undefined if there is no usable one. */
export async function stepOfCheckpoint(runFolder: string, hash: string): Promise<number | undefined> {
  return (await readProgress(checkpointOf(runFolder), hash))?.step;
}

/** Removes the checkpoint of a run whose outcome is stored. */
export async function discardCheckpoint(runFolder: string): Promise<void> {
  await removeWritten(checkpointOf(runFolder));
}
