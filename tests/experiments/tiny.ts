import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

export default defineSweep({ ...tiny, name: 'tiny', variants: [topk({ k: [4, 8] })] });
