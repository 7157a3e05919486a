/** Which model and dataset the activations of a stored sweep or SAE come from. */
export { dataOfSae, type DataOfSae } from './evaluate/data-of-sae.ts';
export { storedData } from './evaluate/target/stored-data.ts';
export { modelSource } from './plan/activations-source.ts';
