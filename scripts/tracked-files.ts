import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Files of the project, relative to its root: tracked ones, and new ones that Git does not ignore. */
export function trackedFiles(patterns: readonly string[]): string[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...patterns],
    { encoding: 'utf8' },
  );
  return listed.split('\0').filter((file) => file !== '' && existsSync(file));
}
