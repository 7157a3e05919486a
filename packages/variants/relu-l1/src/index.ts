export { reluL1 } from './relu-l1.ts';
