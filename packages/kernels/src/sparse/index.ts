export { chooseEntries } from './choose-entries.ts';
export * as sparse from './reference.ts';
export type { EntryChoice, Support } from './support.ts';
