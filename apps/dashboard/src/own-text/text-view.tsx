'use client';

import type { TextRequest } from '@sae-lab/text/requests';
import { MOST_CHARACTERS, type ReadAnswer } from '@sae-lab/text/answers';
import { useQueryStates } from 'nuqs';
import { useState } from 'react';
import { Select } from '../components/select.tsx';
import { fullLabel, type NamedSae } from '../saes/sae-heading.ts';
import { subjectKey } from '../saes/subject.ts';
import { Reading } from './reading.tsx';
import { SaePicker } from './sae-picker.tsx';
import { TextField } from './text-field.tsx';
import { TextProgress } from './text-progress.tsx';
import { useTextAnswer } from './use-text-answer.ts';
import { fitsAddress, textState } from './view-state.ts';

interface TextViewProps {
  readonly own: NamedSae;
  readonly other: NamedSae | undefined;
  readonly others: readonly NamedSae[];
}

/** What one or two SAEs do on a text that the reader types. */
export function TextView({ own, other, others }: TextViewProps) {
  const [state, setState] = useQueryStates(textState, { history: 'replace' });
  /** The text as it is typed; the address has it too, unless it is long. */
  const [text, setText] = useState(state.text);
  /** The row of the token under the pointer or with the focus, for both SAEs. */
  const [row, setRow] = useState<number>();
  /** Latents that the answer must list. Others are shaded from what it lists anyway, without asking again. */
  const [wanted, setWanted] = useState({ latent: state.latent, other: state.other });
  const request: TextRequest | undefined =
    text.trim() === '' || text.length > MOST_CHARACTERS
      ? undefined
      : {
          kind: 'read',
          text,
          saes: [
            { ...own.subject, ...(wanted.latent !== null && { latent: wanted.latent }) },
            ...(other === undefined
              ? []
              : [{ ...other.subject, ...(wanted.other !== null && { latent: wanted.other }) }]),
          ],
        };
  const asked = useTextAnswer(request);
  const answer = asked.answered?.answer as ReadAnswer | undefined;
  const change = (typed: string): void => {
    setText(typed);
    setRow(undefined);
    setWanted({ latent: state.latent, other: state.other });
    void setState({ text: fitsAddress(typed) ? typed : null });
  };
  return (
    <div className="grid grid-cols-1 gap-4">
      <TextField text={text} onChange={change}>
        <SaePicker
          others={others}
          other={other}
          onChange={(chosen) => {
            setWanted({ latent: state.latent, other: null });
            void setState({ with: chosen, other: null });
          }}
        />
        <Select
          label="Shade tokens by"
          value={state.shade}
          options={[
            ['strongest', 'strongest latent'],
            ['l0', 'active latents (L0)'],
            ['error', 'reconstruction error'],
          ]}
          onChange={(shade) =>
            void setState({ shade: shade as typeof state.shade, latent: null, other: null })
          }
        />
      </TextField>
      <TextProgress asked={asked} shown={answer?.text} isEmpty={text.trim() === ''} />
      {answer === undefined || asked.answered === undefined ? null : (
        <div
          aria-busy={asked.stage !== undefined}
          className={`grid grid-cols-1 gap-4 ${answer.saes.length > 1 ? 'xl:grid-cols-2' : ''}`}
        >
          {answer.saes.map((sae, index) => {
            // An answer to the previous request may be of another SAE.
            const id = subjectKey(sae.of);
            const named =
              [own, other, ...others].find((one) => one !== undefined && subjectKey(one.subject) === id) ??
              own;
            const key = index === 0 ? 'latent' : 'other';
            return (
              <Reading
                key={id}
                own={named}
                name={fullLabel(named)}
                text={answer.text}
                sae={sae}
                known={asked.answered!.known[id] ?? {}}
                typed={text}
                chosen={state[key]}
                onChoose={(latent) => {
                  const isListed = latent === null || sae.latents.some((one) => one.latent === latent);
                  if (!isListed) setWanted({ ...wanted, [key]: latent });
                  void setState({ [key]: latent });
                }}
                shade={state.shade}
                sort={state.sort}
                onSort={(sort) => void setState({ sort })}
                row={row}
                onRow={setRow}
              />
            );
          })}
        </div>
      )}
    </div>
  );
}
