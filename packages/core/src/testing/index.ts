export { testConformance } from './conformance/index.ts';
export { trainOnOneBatch } from './conformance/subject.ts';
export { testAgainstGolden } from './golden.ts';
