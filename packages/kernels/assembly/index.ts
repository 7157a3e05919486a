export { prefixProducts, suffixSums, valueGradients } from './product';
export { sortByColumn, weightGradients } from './by-latent';
export { boundOf, countSizes, keepLargestOfAll, select } from './select';
