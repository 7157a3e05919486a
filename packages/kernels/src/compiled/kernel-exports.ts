// Generated from assembly/ by `pnpm --filter @sae-lab/kernels build`. Edit assembly/ instead.

/** The exports of kernels.wasm. Every argument is a number or the offset of an array in memory. */
export interface KernelExports {
  adam(
    from: number,
    to: number,
    width: number,
    parameter: number,
    m: number,
    v: number,
    scale: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    stepSize: number,
    rootCorrection: number,
    epsilon: number,
    isUnit: number,
    gradient: number,
  ): void;
  adamOfEntries(
    from: number,
    to: number,
    width: number,
    parameter: number,
    m: number,
    v: number,
    scale: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    stepSize: number,
    rootCorrection: number,
    epsilon: number,
    isUnit: number,
    rows: number,
    columnStart: number,
    rowOf: number,
    values: number,
    bounds: number,
    boundCount: number,
    dy: number,
    squares: number,
    gradient: number,
  ): void;
  squareSums(from: number, to: number, width: number, a: number, sums: number): void;
  squareSumsOfEntries(
    from: number,
    to: number,
    width: number,
    rows: number,
    columnStart: number,
    rowOf: number,
    values: number,
    bounds: number,
    boundCount: number,
    dy: number,
    squares: number,
    gradient: number,
  ): void;
  columnSums(
    from: number,
    to: number,
    columnStart: number,
    values: number,
    sums: number,
    isMore: number,
  ): void;
  countByColumn(
    from: number,
    to: number,
    parts: number,
    rows: number,
    columns: number,
    rowStart: number,
    columnOf: number,
    counts: number,
  ): void;
  firedColumns(
    from: number,
    to: number,
    columnStart: number,
    entryOf: number,
    values: number,
    fired: number,
  ): void;
  placeByColumn(
    from: number,
    to: number,
    parts: number,
    rows: number,
    columns: number,
    rowStart: number,
    columnOf: number,
    starts: number,
    rowOf: number,
    entryOf: number,
  ): void;
  startByColumn(parts: number, columns: number, counts: number, columnStart: number): void;
  weightGradients(
    from: number,
    to: number,
    first: number,
    rows: number,
    columnStart: number,
    rowOf: number,
    values: number,
    width: number,
    bounds: number,
    boundCount: number,
    dy: number,
    out: number,
    isMore: number,
    strip: number,
  ): void;
  add(from: number, to: number, width: number, a: number, b: number, out: number): void;
  nonZeroColumns(
    from: number,
    to: number,
    blocks: number,
    rows: number,
    width: number,
    a: number,
    out: number,
  ): void;
  positivePart(from: number, to: number, width: number, a: number, out: number): void;
  repeatRow(from: number, to: number, width: number, vector: number, out: number): void;
  scaledDifference(
    from: number,
    to: number,
    rows: number,
    width: number,
    x: number,
    y: number,
    scale: number,
    out: number,
  ): void;
  scaleRows(from: number, to: number, width: number, a: number, factors: number, out: number): void;
  squaredErrors(
    from: number,
    to: number,
    rows: number,
    width: number,
    x: number,
    y: number,
    sums: number,
  ): void;
  subtractVector(from: number, to: number, width: number, x: number, vector: number, out: number): void;
  transpose(from: number, to: number, rows: number, width: number, a: number, out: number): void;
  vectorProduct(
    from: number,
    to: number,
    rows: number,
    width: number,
    vector: number,
    matrix: number,
    out: number,
  ): void;
  whereOn(from: number, to: number, width: number, a: number, values: number, out: number): void;
  addByColumn(count: number, columnOf: number, values: number, sums: number): void;
  gatherColumns(from: number, to: number, columnOf: number, vector: number, out: number): void;
  markFired(count: number, columnOf: number, values: number, fired: number): void;
  packRows(
    from: number,
    to: number,
    rowStart: number,
    columnOf: number,
    rank: number,
    matrix: number,
    width: number,
    values: number,
  ): void;
  rename(columnOf: number, names: number, count: number): void;
  reorder(from: number, to: number, entryOf: number, values: number, scale: number, out: number): void;
  unpackRows(
    from: number,
    to: number,
    rowStart: number,
    columnOf: number,
    rank: number,
    values: number,
    width: number,
    out: number,
  ): void;
  codeErrors(
    from: number,
    to: number,
    rows: number,
    rowStart: number,
    columnOf: number,
    values: number,
    matrix: number,
    width: number,
    bias: number,
    bounds: number,
    boundCount: number,
    x: number,
    errors: number,
    slopes: number,
    sums: number,
  ): void;
  product(
    from: number,
    to: number,
    rowStart: number,
    columnOf: number,
    values: number,
    matrix: number,
    width: number,
    bias: number,
    out: number,
  ): void;
  valueGradients(
    from: number,
    to: number,
    rowStart: number,
    columnOf: number,
    matrix: number,
    width: number,
    dy: number,
    out: number,
  ): void;
  quantiseInputs(
    from: number,
    to: number,
    rows: number,
    width: number,
    x: number,
    out: number,
    stats: number,
  ): void;
  quantiseWeights(
    from: number,
    to: number,
    columns: number,
    width: number,
    W: number,
    out: number,
    stats: number,
    levels: number,
    scratch: number,
  ): void;
  searchOpen(
    z: number,
    rows: number,
    columns: number,
    width: number,
    x: number,
    W: number,
    bias: number,
    inputs: number,
    inputStride: number,
    weights: number,
    lowest: number,
    bound: number,
    scratch: number,
    capacity: number,
    rowCount: number,
    columnOf: number,
    values: number,
  ): number;
  searchTopK(
    z: number,
    rows: number,
    columns: number,
    width: number,
    x: number,
    W: number,
    bias: number,
    inputs: number,
    inputStride: number,
    weights: number,
    k: number,
    scratch: number,
    capacity: number,
    rowCount: number,
    columnOf: number,
    values: number,
  ): number;
  keepLargestOfAll(
    wanted: number,
    count: number,
    rows: number,
    rowCount: number,
    columnOf: number,
    values: number,
    histogram: number,
  ): number;
  arrange(
    rows: number,
    rowCount: number,
    starts: number,
    columnsFrom: number,
    valuesFrom: number,
    columnOf: number,
    values: number,
  ): void;
  select(
    z: number,
    rows: number,
    columns: number,
    x: number,
    width: number,
    names: number,
    allowed: number,
    lowest: number,
    bound: number,
    k: number,
    scratch: number,
    rowCount: number,
    columnOf: number,
    values: number,
  ): void;
  startRows(rows: number, rowCount: number, rowStart: number): void;
}

/** Kernels that compute a range of rows: their first two arguments. */
export const ROW_KERNELS = [
  'adam',
  'adamOfEntries',
  'squareSums',
  'squareSumsOfEntries',
  'columnSums',
  'countByColumn',
  'firedColumns',
  'placeByColumn',
  'weightGradients',
  'add',
  'nonZeroColumns',
  'positivePart',
  'repeatRow',
  'scaledDifference',
  'scaleRows',
  'squaredErrors',
  'subtractVector',
  'transpose',
  'vectorProduct',
  'whereOn',
  'gatherColumns',
  'packRows',
  'reorder',
  'unpackRows',
  'codeErrors',
  'product',
  'valueGradients',
  'quantiseInputs',
  'quantiseWeights',
] as const;
