import { testAgainstGolden, testDifferentiates, testTrains } from '@sae-lab/core/testing';
import { variant } from './relu-l1.ts';

testAgainstGolden(variant, new URL('../golden.json', import.meta.url));
for (const loss of ['decoder-norm', 'unit-norm', 'notebook']) {
  testDifferentiates(variant, { l1: 0.05, loss });
  testTrains(variant, { l1: 0.05, loss });
}
