/** What threads do: every task with its arguments as numbers, as nothing else gets to another thread at once. */
import { rows } from './rows.ts';
import { searchSlab } from './search-slab.ts';
import { weightStrip } from './weight-strip.ts';

export const TASKS = { searchSlab, weightStrip, rows };

export type TaskName = keyof typeof TASKS;
