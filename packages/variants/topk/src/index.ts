export { topk } from './topk.ts';
