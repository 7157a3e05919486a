/** The tasks that threads run. Arguments are numbers, passed to other threads through shared memory. */
import { rows } from './row-kernels.ts';
import { searchSlab } from './search-slab.ts';
import { weightStrip } from './weight-strip.ts';

export const TASKS = { searchSlab, weightStrip, rows };

export type TaskName = keyof typeof TASKS;
