import { formatOf, LATENT_MEASURES, percent, short } from '@sae-lab/measures';

export const cosineText = formatOf({ ...LATENT_MEASURES.cosine, digits: 3 });
export const shareText = percent(1);
export const densityText = formatOf(LATENT_MEASURES.density);
export const significant = short(3);
