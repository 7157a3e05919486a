/** What threads can be asked to do. Arguments are numbers, which reach another thread through shared memory. */
import { rows } from './row-kernels.ts';
import { searchSlab } from './search-slab.ts';
import { weightStrip } from './weight-strip.ts';

export const TASKS = { searchSlab, weightStrip, rows };

export type TaskName = keyof typeof TASKS;
