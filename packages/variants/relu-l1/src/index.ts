export { reluL1, variant } from './relu-l1.ts';
