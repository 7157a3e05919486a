import { hostname } from 'node:os';

/** Where a run's files are now, as far as this machine can see. The database only knows where they were written. */
export type FilesPlace =
  /** In this command's data folder. */
  | { readonly state: 'here' }
  /** In another data folder. `host` names another machine, whose disk cannot be read from here. */
  | { readonly state: 'elsewhere'; readonly dataDir: string; readonly host?: string }
  /** In the store that all machines reach. */
  | { readonly state: 'stored'; readonly location: string }
  /** On this machine, or on one that was not recorded, and not where they were written. */
  | { readonly state: 'missing'; readonly problem: string };

interface Search {
  /** The data folder of this command. */
  readonly dataDir: string;
  /** Whether other machines use this database, too. */
  readonly shared: boolean;
  /** What is wrong with the files in a data folder; undefined if they are complete. */
  readonly problemIn: (dataDir: string) => Promise<string | undefined>;
  /** Where the files are in the store; undefined if there is none, or it lacks them. */
  readonly inStore?: () => Promise<string | undefined>;
}

/**
 * Looks for a run's files in this command's data folder, in the one that they were written to, and in the store.
 *
 * @param owner machine and data folder of the run's provenance
 */
export async function locateFiles(
  owner: { readonly hostname: string | null; readonly dataDir: string | null },
  { dataDir, shared, problemIn, inStore }: Search,
): Promise<FilesPlace> {
  const problem = await problemIn(dataDir);
  if (problem === undefined) return { state: 'here' };
  if (owner.dataDir !== null && owner.dataDir !== dataDir) {
    if ((await problemIn(owner.dataDir)) === undefined) return { state: 'elsewhere', dataDir: owner.dataDir };
  }
  const location = await inStore?.();
  if (location !== undefined) return { state: 'stored', location };
  // An embedded database is in the data folder with its files, even if the machine was renamed.
  if (shared && owner.hostname !== null && owner.hostname !== hostname()) {
    return { state: 'elsewhere', dataDir: owner.dataDir ?? 'its data folder', host: owner.hostname };
  }
  return { state: 'missing', problem };
}
