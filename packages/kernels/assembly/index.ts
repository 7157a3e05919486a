export { adam, squareSums } from './adam';
export { countByColumn, placeByColumn, startByColumn, weightGradients } from './by-latent';
export { scaledDifference, scaleRows, squaredErrors, subtractVector, vectorProduct } from './dense';
export { addByColumn, gatherColumns, markFired, packRows, rename, reorder, unpackRows } from './entries';
export { codeErrors, product, valueGradients } from './product';
export { quantiseInputs, quantiseWeights } from './quantize';
export { searchOpen, searchTopK } from './screen';
export { arrange, keepLargestOfAll, select, startRows } from './select';
