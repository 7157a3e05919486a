import { formatOf, percent, short } from '@sae-lab/measures';

export const cosineText = formatOf({ label: '', form: 'fixed', digits: 3, meaning: '' });
export const shareText = percent(1);
export const densityText = percent(2);
export const significant = short(3);
