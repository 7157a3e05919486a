import 'server-only';
import type { StoredKey } from '@sae-lab/db/reading';
import { columnOf } from '../../all-runs/table-columns.ts';

/** What the API says of a key. */
export function sentKey(stored: StoredKey) {
  const { key, kind, type } = stored;
  const { label, meaning, measure } = columnOf(stored);
  const name = measure?.label ?? label;
  const unit = measure?.unit;
  return {
    key,
    kind,
    type,
    label: name,
    ...(unit !== undefined && { unit }),
    meaning: measure?.meaning || meaning,
  };
}
