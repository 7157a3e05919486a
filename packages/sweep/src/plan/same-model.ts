import { basename } from 'node:path';
import { isPath } from '../definition/is-path.ts';
import type { ModelChoice } from '../definition/sweep-input.ts';

/** Other names of one model, as libraries write them. */
const ALIASES: Readonly<Record<string, string>> = { 'gpt2-small': 'gpt2' };

/** The model of a sweep as tables name it: its name on the hub, or that of its folder. */
export function modelName(model: string | ModelChoice): string {
  const name = typeof model === 'string' ? model : model.id;
  return isPath(name) ? basename(name) : name;
}

/** Whether two names mean the same model. Libraries leave out the owner: `pythia-70m` is `EleutherAI/pythia-70m`. */
export function isSameModel(one: string, other: string): boolean {
  return canonical(one) === canonical(other);
}

function canonical(name: string): string {
  const last = name.split('/').at(-1)!.toLowerCase();
  return ALIASES[last] ?? last;
}
