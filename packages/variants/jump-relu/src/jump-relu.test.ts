import { testAgainstGolden, testTrains } from '@sae-lab/core/testing';
import { variant } from './jump-relu.ts';

testAgainstGolden(variant, new URL('../golden.json', import.meta.url));
testTrains(variant, { l0: 0.01, targetL0: null, bandwidth: 0.05, theta: 0.01 });
