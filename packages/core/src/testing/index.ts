export { testConformance } from './conformance/index.ts';
export { trainOnOneBatch } from './conformance/subject.ts';
export { seeded } from '../random/seeded.ts';
export { testAgainstGolden } from './golden.ts';
export { testResamples } from './resample-checks.ts';
export { trainOnClusters } from './train-on-clusters.ts';
