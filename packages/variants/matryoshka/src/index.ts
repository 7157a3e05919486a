export { matryoshka, variant } from './matryoshka.ts';
