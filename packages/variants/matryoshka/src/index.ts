export { matryoshka } from './matryoshka.ts';
