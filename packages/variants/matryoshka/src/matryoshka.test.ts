import { testAgainstGolden, testTrains } from '@sae-lab/core/testing';
import { variant } from './matryoshka.ts';

testAgainstGolden(variant, new URL('../golden.json', import.meta.url));
testTrains(variant, { k: 5, auxWeight: 1 / 32, groups: [0.25, 0.25, 0.5] });
