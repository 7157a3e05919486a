import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** k = 100, but only 64 latents. */
export default defineSweep({ ...tiny, name: 'invalid', variants: [topk({ k: [8, 100] })] });
