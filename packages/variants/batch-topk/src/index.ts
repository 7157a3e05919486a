export { batchTopk, variant } from './batch-topk.ts';
