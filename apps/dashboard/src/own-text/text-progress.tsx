import { integer } from '@sae-lab/measures';
import type { ShownText, TextStage } from '@sae-lab/text/answers';
import { BUTTON } from '../all-runs/popover.tsx';
import type { TextAnswerState } from './use-text-answer.ts';

const STAGES: Readonly<Record<TextStage | 'asking', string>> = {
  asking: 'Asking …',
  waiting: 'Waiting for another text …',
  starting: 'Starting the process that runs the model …',
  loading: 'Loading the model and the SAE …',
  computing: 'Running the model …',
};

interface TextProgressProps {
  readonly asked: TextAnswerState;
  readonly shown: ShownText | undefined;
  readonly isEmpty: boolean;
}

/** What happens to the text, what went wrong, or what was read and how long it took. */
export function TextProgress({
  asked: { stage, problem, answered, retry },
  shown,
  isEmpty,
}: TextProgressProps) {
  if (problem !== undefined && stage === undefined) {
    return (
      <div
        role="alert"
        className="grid gap-2 rounded-md border border-line-strong bg-surface p-3 text-[13px]"
      >
        <p className="max-w-[90ch] wrap-anywhere whitespace-pre-wrap">{problem}</p>
        <button type="button" className={`${BUTTON} justify-self-start`} onClick={retry}>
          Try again
        </button>
      </div>
    );
  }
  return (
    <p role="status" className="min-h-5 text-[13px] text-soft">
      {stage !== undefined
        ? STAGES[stage]
        : isEmpty
          ? 'Type a text, and the SAE reads it. The first text starts the model, which takes a few seconds.'
          : shown === undefined || answered === undefined
            ? ''
            : `${readSentence(shown)} ${secondsText(answered.milliseconds)}`}
    </p>
  );
}

/** What was read of the text. */
function readSentence({ readTokens, totalTokens, cutBy, maxTokens, tokens, prependsBos }: ShownText): string {
  const pieces = (tokens.at(-1)?.piece ?? -1) + 1;
  const count = `${integer(readTokens)} ${readTokens === 1 ? 'token' : 'tokens'}`;
  const context = `${maxTokens} tokens, as in training${prependsBos ? ', with a token prepended' : ''}`;
  if (cutBy === 'context') {
    return `The first ${count} of ${integer(totalTokens)}: the context is ${context}, and training took the first of each document.`;
  }
  if (cutBy === 'piece') {
    return `The first ${count} of ${integer(totalTokens)}: steering takes one context, which is ${context}.`;
  }
  if (cutBy === 'limit') return `The first ${count} of ${integer(totalTokens)}: longer texts are cut.`;
  return pieces > 1 ? `${count} in ${pieces} pieces of at most ${context}.` : `${count}.`;
}

function secondsText({ total, waiting }: { total: number; waiting: number }): string {
  const text = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
  return waiting > 50 ? `Took ${text(total)}, of which ${text(waiting)} waiting.` : `Took ${text(total)}.`;
}
