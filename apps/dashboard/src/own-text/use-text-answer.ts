'use client';

import type { TextRequest } from '@sae-lab/text/requests';
import type { TextStage } from '@sae-lab/text/answers';
import { useEffect, useState } from 'react';
import { askText, type AnsweredText } from './ask-text.ts';

/** Typing pauses for this long before a text is read. */
const PAUSE_MS = 250;

export interface TextAnswerState {
  /** The last answer; while another one is on its way, of the previous request. */
  readonly answered: AnsweredText | undefined;
  /** Set while a request is on its way. */
  readonly stage: TextStage | 'asking' | undefined;
  readonly problem: string | undefined;
  readonly retry: () => void;
}

/** Of one request, by its key. */
interface Progress {
  readonly key: string;
  readonly stage?: TextStage;
  readonly problem?: string;
  readonly isDone?: boolean;
}

/** Asks whenever the request changes, and cancels the one before. Undefined asks nothing. */
export function useTextAnswer(request: TextRequest | undefined): TextAnswerState {
  const [answered, setAnswered] = useState<AnsweredText>();
  const [progress, setProgress] = useState<Progress>();
  const [tries, setTries] = useState(0);
  const key = request && JSON.stringify({ request, tries });
  useEffect(() => {
    if (key === undefined) return undefined;
    const cancel = new AbortController();
    const ask = async (): Promise<void> => {
      const { request: wanted } = JSON.parse(key) as { request: TextRequest };
      const asked = await askText(wanted, cancel.signal, (stage) => setProgress({ key, stage }));
      if ('answer' in asked) setAnswered(asked);
      setProgress({ key, isDone: true, ...('problem' in asked && { problem: asked.problem }) });
    };
    // An aborted request has no answer to show.
    const timer = setTimeout(() => void ask().catch(() => {}), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      cancel.abort();
    };
  }, [key]);
  const own = progress?.key === key ? progress : undefined;
  const isDone = key === undefined || own?.isDone === true;
  return {
    answered: key === undefined ? undefined : answered,
    stage: isDone ? undefined : (own?.stage ?? 'asking'),
    problem: own?.problem,
    retry: () => setTries((count) => count + 1),
  };
}
