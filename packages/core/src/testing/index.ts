export { testAgainstGolden } from './golden.ts';
export { testDifferentiates, testTrains, trainOnOneBatch } from './variant-checks.ts';
