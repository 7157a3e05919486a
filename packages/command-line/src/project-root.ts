import { resolve } from 'node:path';

/** The folder of the checkout. */
export const PROJECT_ROOT: string = resolve(import.meta.dirname, '../../..');
