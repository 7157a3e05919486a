/** Which model and dataset the activations of a stored sweep come from. */
export { storedData } from './evaluate/target/stored-data.ts';
export { modelSource } from './plan/activations-source.ts';
