/** Columns with their distances, nearest first. A column may be in it several times; its smallest distance comes first. */
export class ColumnHeap {
  #distances: number[] = [];
  #columns: number[] = [];

  clear(): void {
    this.#distances.length = 0;
    this.#columns.length = 0;
  }

  get isEmpty(): boolean {
    return this.#columns.length === 0;
  }

  /** The distance of the nearest column. */
  get nearest(): number {
    return this.#distances[0]!;
  }

  push(column: number, distance: number): void {
    const [distances, columns] = [this.#distances, this.#columns];
    let place = columns.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (distances[parent]! <= distance) break;
      distances[place] = distances[parent]!;
      columns[place] = columns[parent]!;
      place = parent;
    }
    distances[place] = distance;
    columns[place] = column;
  }

  /** Removes the nearest column. */
  pop(): number {
    const [distances, columns] = [this.#distances, this.#columns];
    const nearest = columns[0]!;
    const distance = distances.pop()!;
    const column = columns.pop()!;
    const size = columns.length;
    if (size === 0) return nearest;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && distances[child + 1]! < distances[child]!) child++;
      if (distances[child]! >= distance) break;
      distances[place] = distances[child]!;
      columns[place] = columns[child]!;
      place = child;
    }
    distances[place] = distance;
    columns[place] = column;
    return nearest;
  }
}
