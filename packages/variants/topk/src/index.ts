export { topk, variant } from './topk.ts';
