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

/** Asks whenever the request changes, and cancels the one before. Undefined asks nothing. */
export function useTextAnswer(request: TextRequest | undefined): TextAnswerState {
  const [answered, setAnswered] = useState<AnsweredText>();
  const [stage, setStage] = useState<TextStage | 'asking'>();
  const [problem, setProblem] = useState<string>();
  const [tries, setTries] = useState(0);
  const key = request && JSON.stringify(request);
  useEffect(() => {
    if (key === undefined) {
      setAnswered(undefined);
      setStage(undefined);
      setProblem(undefined);
      return undefined;
    }
    const cancel = new AbortController();
    const ask = async (): Promise<void> => {
      setStage('asking');
      const asked = await askText(JSON.parse(key) as TextRequest, cancel.signal, setStage);
      setStage(undefined);
      setProblem('problem' in asked ? asked.problem : undefined);
      if ('answer' in asked) setAnswered(asked);
    };
    // An aborted request has no answer to show.
    const timer = setTimeout(() => void ask().catch(() => {}), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      cancel.abort();
    };
  }, [key, tries]);
  return { answered, stage, problem, retry: () => setTries((count) => count + 1) };
}
