export { gated } from './gated.ts';
