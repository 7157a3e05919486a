'use client';

import { Card } from '@tremor/react';
import type { TextRequest } from '@sae-lab/text/requests';
import { MOST_CHARACTERS, type SteerAnswer } from '@sae-lab/text/answers';
import { useQueryStates } from 'nuqs';
import { useMemo, useState } from 'react';
import { CompactExport } from '../../export/compact-export.tsx';
import type { NamedSae } from '../../saes/sae-heading.ts';
import { TextField } from '../text-field.tsx';
import { TextProgress } from '../text-progress.tsx';
import type { KnownLatent } from '../text-reply.ts';
import { useTextAnswer } from '../use-text-answer.ts';
import { fitsAddress, steerState } from '../view-state.ts';
import { Continuations } from './continuations.tsx';
import { NextTokens } from './next-tokens.tsx';
import { nextTokenTable } from './next-token-table.ts';
import { SteerControls } from './steer-controls.tsx';
import { SteeredText } from './steered-text.tsx';

interface SteerViewProps {
  readonly own: NamedSae;
  /** Feature data of the latent; undefined if it has none. */
  readonly known: KnownLatent | undefined;
}

/** What a model does with a latent added or ablated, next to the unedited model. */
export function SteerView({ own, known }: SteerViewProps) {
  const [state, setState] = useQueryStates(steerState, { history: 'replace' });
  const [text, setText] = useState(state.text);
  const hasMaximum = known !== undefined && known.maxActivation > 0;
  const unit = state.unit ?? (hasMaximum ? 'max' : 'one');
  const { latent, change, strength, from, steps } = state;
  const request: TextRequest | undefined =
    text.trim() === '' || text.length > MOST_CHARACTERS
      ? undefined
      : {
          kind: 'steer',
          sae: own.subject,
          text,
          latent,
          change: change === 'ablate' ? { kind: 'ablate' } : { kind: 'add', strength, unit },
          from,
          steps,
        };
  const asked = useTextAnswer(request);
  const answer = asked.answered?.answer as SteerAnswer | undefined;
  const type = (typed: string): void => {
    setText(typed);
    void setState({ text: fitsAddress(typed) ? typed : null });
  };
  const table = useMemo(
    () => (answer === undefined ? undefined : nextTokenTable(own.captioned, latent, answer)),
    [own, latent, answer],
  );
  return (
    <div className="grid grid-cols-1 gap-4">
      <TextField text={text} onChange={type} />
      <SteerControls
        own={own}
        known={known}
        state={{ ...state, unit }}
        onChange={(next) => void setState(next)}
      />
      <TextProgress asked={asked} shown={answer?.text} isEmpty={text.trim() === ''} />
      {answer === undefined || table === undefined ? null : (
        <div
          aria-busy={asked.stage !== undefined}
          className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2"
        >
          <Card className="grid min-w-0 grid-cols-1 gap-4 p-4 sm:p-5">
            <SteeredText
              answer={answer}
              latent={latent}
              from={from}
              onFrom={(next) => void setState({ from: next })}
            />
            <Continuations answer={answer} />
          </Card>
          <Card className="min-w-0 p-4 sm:p-5">
            <NextTokens answer={answer} />
            <div className="mt-3">
              <CompactExport table={table} label="Export the next tokens" />
            </div>
          </Card>
        </div>
      )}
    </div>
  );
}
