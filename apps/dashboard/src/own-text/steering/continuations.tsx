import type { Continuation, SteerAnswer } from '@sae-lab/text/answers';
import { shownToken } from '../../latents/text/token-text.ts';

/** What the model writes next without the change and with it, the most probable token each time. */
export function Continuations({ answer: { continuations } }: { answer: SteerAnswer }) {
  const { clean, steered } = continuations;
  if (clean.tokens.length === 0) return null;
  const firstChange = steered.tokens.findIndex((token, index) => token !== clean.tokens[index]);
  return (
    <section aria-label="Continuations" className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      <Written title="Clean" of={clean} changedFrom={-1} />
      <Written title="Steered" of={steered} changedFrom={firstChange} />
      {firstChange < 0 ? (
        <p className="text-xs text-soft sm:col-span-2">Both continue in the same way.</p>
      ) : null}
    </section>
  );
}

function Written({ title, of, changedFrom }: { title: string; of: Continuation; changedFrom: number }) {
  const split = changedFrom < 0 ? of.tokens.length : changedFrom;
  const text = (tokens: readonly string[]): string => tokens.map((token) => shownToken(token).text).join('');
  return (
    <div>
      <h3 className="text-[13px] font-medium">{title}</h3>
      <p className="mt-1 rounded-md bg-sunken/50 p-3 whitespace-pre-wrap wrap-anywhere">
        {text(of.tokens.slice(0, split))}
        {split < of.tokens.length ? <strong>{text(of.tokens.slice(split))}</strong> : null}
      </p>
    </div>
  );
}
