export { templateVariant, variant } from './template-variant.ts';
