/** For those who run models and SAEs on a user's own text. */
export { heldOutActivations } from '../evaluation/execute-evaluation.ts';
export { loadSubject, requireUsable } from '../evaluation/subject-source.ts';
export { MOST_TOKENS, type CutText, type TextToken } from './cut-text.ts';
export { extractedWith, type ExtractedWith } from './extracted-with.ts';
export { steer, type LatentChange, type SteerArgs, type Steered } from './steer.ts';
export { TextModel, type TextActivations, type TextModelSpec } from './text-model.ts';
export { TextSae, type RowCodes } from './text-sae.ts';
