export { gated, variant } from './gated.ts';
