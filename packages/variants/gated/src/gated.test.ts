import { testAgainstGolden, testTrains } from '@sae-lab/core/testing';
import { variant } from './gated.ts';

testAgainstGolden(variant, new URL('../golden.json', import.meta.url));
testTrains(variant, { l1: 0.05 });
