import { settingLabel } from '@sae-lab/measures';

/** What to show of a hyperparameter. `k` and `l1` are symbols, not words. */
export function hyperLabel(path: string): string {
  return path.length > 2 ? settingLabel(path) : path;
}
