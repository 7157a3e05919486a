import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Shares k = 8 with `tiny.ts`. */
export default defineSweep({ ...tiny, name: 'overlapping', variants: [topk({ k: [8, 16] })] });
