import { isAbsolute } from 'node:path';

/** Whether a name in an experiment is a local path. Any other is a name on the hub. */
export function isPath(name: string): boolean {
  return name.startsWith('.') || isAbsolute(name);
}
