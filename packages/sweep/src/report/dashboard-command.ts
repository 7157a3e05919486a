import { dataOption } from '@sae-lab/command-line';

/** The command that shows a data folder, as it can be pasted into a shell. */
export function dashboardCommand(dataDir: string): string {
  return `pnpm dashboard${dataArgument(dataDir)}`;
}

/** ` --data …`, as it can be pasted into a shell; empty for the default folder. */
export function dataArgument(dataDir: string): string {
  if (dataDir === dataOption.read(undefined, '--data')) return '';
  const folder = /^[\w./-]+$/.test(dataDir) ? dataDir : `'${dataDir.replaceAll("'", String.raw`'\''`)}'`;
  return ` --data ${folder}`;
}
