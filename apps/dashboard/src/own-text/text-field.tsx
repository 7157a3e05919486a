import { integer } from '@sae-lab/measures';
import { MOST_CHARACTERS } from '@sae-lab/text/answers';
import type { ReactNode } from 'react';
import { fitsAddress } from './view-state.ts';

/** For those who only want to look. */
const EXAMPLE =
  'The old man sat by the river and watched the boats go by, thinking of the years when he had been young.';

interface TextFieldProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** Further controls. */
  readonly children?: ReactNode;
}

/** Where the reader types, with what bounds the text. */
export function TextField({ text, onChange, children }: TextFieldProps) {
  const isTooLong = text.length > MOST_CHARACTERS;
  return (
    <div className="grid gap-2">
      <label className="grid gap-1">
        <span className="text-[13px] text-soft">Text</span>
        <textarea
          value={text}
          rows={Math.min(10, Math.max(3, text.split('\n').length + Math.floor(text.length / 160)))}
          onChange={(event) => onChange(event.target.value)}
          placeholder="Type or paste a text"
          spellCheck={false}
          aria-invalid={isTooLong}
          aria-describedby="text-bounds"
          className="w-full rounded-md border border-line-strong bg-surface px-3 py-2 text-[15px] leading-6"
        />
      </label>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
        {children}
        {text === '' ? (
          <button
            type="button"
            onClick={() => onChange(EXAMPLE)}
            className="text-[13px] text-accent hover:underline"
          >
            Use an example
          </button>
        ) : null}
        <span id="text-bounds" className="text-xs text-soft sm:ml-auto" {...(isTooLong && { role: 'alert' })}>
          {isTooLong
            ? `Too long: at most ${integer(MOST_CHARACTERS)} characters.`
            : !fitsAddress(text)
              ? `${integer(text.length)} characters, which is too long for the address.`
              : `${integer(text.length)} of ${integer(MOST_CHARACTERS)} characters`}
        </span>
      </div>
    </div>
  );
}
