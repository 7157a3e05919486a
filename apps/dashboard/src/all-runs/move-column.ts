/** The order of the columns and which of them stay in view. */
export interface ColumnOrder {
  /** All shown columns. */
  readonly shown: readonly string[];
  readonly pinned: readonly string[];
}

/**
 * Puts a column before or after another. Next to a pinned column it is pinned, too; next to any other it is not.
 *
 * @example
 * moveColumn({ shown: ['a', 'b', 'c'], pinned: ['a'] }, 'c', 'b', 'before').shown; // ['a', 'c', 'b']
 */
export function moveColumn(
  { shown, pinned }: ColumnOrder,
  key: string,
  target: string,
  side: 'before' | 'after',
): ColumnOrder {
  if (key === target) return { shown, pinned };
  const place = (list: readonly string[]): string[] => {
    const rest = list.filter((other) => other !== key);
    const at = rest.indexOf(target);
    return at < 0 ? rest : rest.toSpliced(side === 'before' ? at : at + 1, 0, key);
  };
  return { shown: place(shown), pinned: place(pinned) };
}

/** Puts a column one place to the left or to the right among those on the screen: pinned ones come first. */
export function stepColumn(order: ColumnOrder, key: string, step: -1 | 1): ColumnOrder {
  const isPinned = order.pinned.includes(key);
  const peers = isPinned
    ? order.pinned.filter((other) => order.shown.includes(other))
    : order.shown.filter((other) => !order.pinned.includes(other));
  const target = peers[peers.indexOf(key) + step];
  return target === undefined ? order : moveColumn(order, key, target, step < 0 ? 'before' : 'after');
}
