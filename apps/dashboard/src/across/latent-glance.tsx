import { shadeOf } from '../latents/text/shade.ts';
import { namedToken, shownToken } from '../latents/text/token-text.ts';
import { significant } from './numbers.ts';
import type { ShownLatent } from './load-list.ts';

interface LatentGlanceProps {
  /** Names the SAE where the two are not side by side. */
  readonly side: 'A' | 'B';
  readonly run: number;
  readonly shown: ShownLatent;
  /** Numbers next to the index, e.g. the cosine. */
  readonly children?: React.ReactNode;
}

/** Tokens of context before and after the one that an example is about. */
const CONTEXT = { before: 7, after: 3 };

/** A latent with a link to its page, the token that it raises most, and its strongest example. */
export function LatentGlance({ side, run, shown, children }: LatentGlanceProps) {
  const { latent, raisedToken, example } = shown;
  return (
    <div className="grid min-w-0 gap-0.5">
      <div className="flex flex-wrap items-baseline gap-x-3 text-[13px]">
        <span className="text-xs text-soft md:hidden">{side}</span>
        {/* Not Next's link: a page of 50 rows would prefetch 100 pages. */}
        <a href={`/runs/${run}/latents/${latent}`} className="font-medium text-accent hover:underline">
          Latent {latent}
        </a>
        {children}
        {raisedToken === null || raisedToken === undefined ? null : (
          <span className="text-xs text-soft">
            raises <Token text={raisedToken} />
          </span>
        )}
      </div>
      {example === null || example === undefined ? null : <Example {...example} />}
    </div>
  );
}

/** One line: the tokens around the one that the example is about, shaded by activation. */
function Example({ tokens, activations, at }: NonNullable<ShownLatent['example']>) {
  const from = Math.max(0, at - CONTEXT.before);
  const largest = activations[at] ?? 1;
  const shown = tokens.slice(from, at + CONTEXT.after + 1);
  return (
    <p className="truncate text-xs text-soft" title={tokens.join('')}>
      {shown.map((token, i) => {
        const activation = activations[from + i];
        const { text } = shownToken(token);
        const style = { backgroundColor: shadeOf((activation ?? 0) / largest) };
        return from + i === at ? (
          <mark
            key={i}
            className="rounded-sm font-medium text-ink"
            style={style}
            title={`activation ${significant(activation ?? 0)}`}
          >
            {text}
          </mark>
        ) : (
          <span
            key={i}
            style={style}
            className={activation !== null && activation !== undefined && activation > 0 ? 'text-ink' : ''}
          >
            {text}
          </span>
        );
      })}
    </p>
  );
}

function Token({ text }: { text: string }) {
  return <code className="rounded bg-sunken px-1 font-mono whitespace-pre text-ink">{namedToken(text)}</code>;
}
