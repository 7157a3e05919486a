import { removeDataDir } from '@sae-lab/db/testing';
import { newDataDir, sweep } from '../sweep-command.ts';
import { readOutcome, type Outcome } from './outcome.ts';

/** The outcome of an undisturbed sweep. */
export async function undisturbed(experiment: string): Promise<Outcome> {
  const dataDir = await newDataDir();
  try {
    const { code, stderr } = await sweep(experiment, dataDir);
    if (code !== 0) throw new Error(`the undisturbed sweep ended with ${code}:\n${stderr}`);
    return await readOutcome(dataDir);
  } finally {
    await removeDataDir(dataDir);
  }
}
