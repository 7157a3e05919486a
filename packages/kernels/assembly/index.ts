export { adam, adamOfEntries, squareSums, squareSumsOfEntries } from './adam';
export {
  columnSums,
  countByColumn,
  firedColumns,
  placeByColumn,
  startByColumn,
  weightGradients,
} from './by-latent';
export {
  add,
  nonZeroColumns,
  positivePart,
  repeatRow,
  scaledDifference,
  scaleRows,
  squaredErrors,
  subtractVector,
  transpose,
  vectorProduct,
  whereOn,
} from './dense';
export { addByColumn, gatherColumns, markFired, packRows, rename, reorder, unpackRows } from './entries';
export { codeErrors, product, valueGradients } from './product';
export { quantiseInputs, quantiseWeights } from './quantize';
export { searchOpen } from './screened-open';
export { searchTopK } from './screened-top-k';
export { keepLargestOfAll } from './largest';
export { arrange, select, startRows } from './select';
