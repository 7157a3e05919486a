import type { LatentExample, LatentText } from '@sae-lab/core';

/**
 * Raised when a prompt changes, or the texts that a label is tested on: explanations by earlier versions stay, and latents are
 * explained again. Version 2: the texts without the latent are known to be without it.
 */
export const PROMPT_VERSION = 2;

const LONGEST_LABEL = 300;

/** Asks for a label from examples, the strongest first. */
export function labelPrompt(examples: readonly LatentExample[]): string {
  const texts = examples.map((example, index) => `${index + 1}. ${marked(example)}`);
  return [
    'A feature of a language model is active on the tokens between « and » in these texts, and most active in the first ones.',
    '',
    ...texts,
    '',
    'Name what the marked tokens have in common: a meaning, a form or a role in the text. Be as specific as the texts allow.',
    'Answer with that name alone: one line, at most 12 words, without quotes.',
  ].join('\n');
}

/** Asks in which of these texts a feature with this label is active. */
export function detectionPrompt(label: string, tested: readonly Pick<LatentText, 'tokens'>[]): string {
  const texts = tested.map(({ tokens }, index) => `${index + 1}. ${oneLine(tokens.join(''))}`);
  return [
    `A feature of a language model is described as: ${label}`,
    '',
    'Decide for each text whether the feature is active on at least one of its tokens.',
    '',
    ...texts,
    '',
    `Answer with a JSON array of ${tested.length} numbers alone, one for each text in order: 1 if it is active, 0 if not.`,
  ].join('\n');
}

/** The label in an answer; undefined if there is none. */
export function labelIn(answer: string): string | undefined {
  const line = answer.split('\n').find((part) => part.trim() !== '');
  const label = line
    ?.trim()
    .replace(/^["'“]+|["'”.]+$/g, '')
    .trim();
  return label === undefined || label === '' ? undefined : label.slice(0, LONGEST_LABEL);
}

/** The decisions in an answer; undefined unless there is one for each text. */
export function decisionsIn(answer: string, count: number): boolean[] | undefined {
  const list = /\[\s*[01](?:\s*,\s*[01])*\s*\]/.exec(answer)?.[0];
  if (list === undefined) return undefined;
  const decisions = (JSON.parse(list) as number[]).map((number) => number === 1);
  return decisions.length === count ? decisions : undefined;
}

function marked({ tokens, activations }: LatentExample): string {
  return oneLine(
    tokens.map((token, index) => ((activations[index] ?? 0) > 0 ? `«${token}»` : token)).join(''),
  ).replaceAll('»«', '');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ⏎ ');
}
