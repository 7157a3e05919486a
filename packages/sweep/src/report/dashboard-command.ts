import { dataOption } from '@sae-lab/command-line';

/** The command that shows a data folder, as it can be pasted into a shell. */
export function dashboardCommand(dataDir: string): string {
  if (dataDir === dataOption.read(undefined, '--data')) return 'pnpm dashboard';
  const folder = /^[\w./-]+$/.test(dataDir) ? dataDir : `'${dataDir.replaceAll("'", String.raw`'\''`)}'`;
  return `pnpm dashboard --data ${folder}`;
}
