export { testAgainstGolden } from './golden.ts';
export { testDifferentiates, testTrains } from './variant-checks.ts';
