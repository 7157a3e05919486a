export { batchTopk } from './batch-topk.ts';
