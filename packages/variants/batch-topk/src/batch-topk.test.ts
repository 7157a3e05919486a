import { testAgainstGolden, testTrains } from '@sae-lab/core/testing';
import { variant } from './batch-topk.ts';

testAgainstGolden(variant, new URL('../golden.json', import.meta.url));
testTrains(variant, { k: 5, auxWeight: 1 / 32 });
