export { templateVariant } from './template-variant.ts';
