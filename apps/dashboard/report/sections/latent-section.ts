import type { LatentRow } from '@sae-lab/db/reading';
import { integer, percent, short } from '@sae-lab/measures';
import { rowLabel } from '../../src/compare/row-label.ts';
import { html, type Html } from '../html.ts';
import type { Report } from '../load-report.ts';
import type { SaeLatents } from '../load-report-latents.ts';
import type { Section } from '../section.ts';

/** Examples of a latent, and tokens that it raises. */
const EXAMPLES = 3;
const RAISED = 5;
/** Shades of a token, by its share of the largest activation of the latent. */
const SHADES = 6;

interface Example {
  readonly tokens: readonly string[];
  readonly activations: readonly (number | null)[];
  readonly at: number;
}

/** What `features` of a latent has; see the evaluation of that name. */
interface Features {
  readonly top?: readonly Example[];
  readonly raised?: readonly { readonly token: string }[];
  readonly lowered?: readonly { readonly token: string }[];
}

/** Typical latents with the texts on which they fire most. */
export function latentSection({ latents: saes, sweep }: Report): Section | undefined {
  const shown = saes.filter(({ latents }) => latents.length > 0);
  if (shown.length === 0) return undefined;
  return {
    id: 'latents',
    title: 'Latents',
    files: shown.map(({ row, latents }) => ({
      path: `data/latents-${row.hash}.json`,
      content: `${JSON.stringify({ sweep: sweep.name, run: row.hash, latents }, null, 1)}\n`,
    })),
    body: html`<p>
        Of one SAE of each variant, the latents whose density is nearest to the median. Tokens are shaded by
        the latent’s activation; its value is shown under the pointer.
      </p>
      ${shown.map(saeOf)}`,
  };
}

function saeOf({ row, described, latents }: SaeLatents): Html {
  const label = rowLabel(row, { hook: true, width: true });
  return html`<section class="sae" aria-label="${label}">
    <h3><bdi>${label}</bdi></h3>
    <p class="caption">
      Run ${row.hash}; ${integer(latents.length)} of ${integer(described)} latents described.
      <a href="data/latents-${row.hash}.json">JSON</a>
    </p>
    <div class="latents">${latents.map(latentOf)}</div>
  </section>`;
}

function latentOf({ latent, density, maxActivation, features }: LatentRow): Html {
  const { top = [], raised = [], lowered = [] } = features as Features;
  return html`<article>
    <h4>Latent ${latent}</h4>
    <p class="caption">Density ${percent(2)(density)}, largest activation ${short(3)(maxActivation)}</p>
    ${
      raised.length > 0 &&
      html`<p class="caption">
        Raises ${tokenList(raised)}${lowered.length > 0 && html`; lowers ${tokenList(lowered)}`}
      </p>`
    }
    ${top.slice(0, EXAMPLES).map((example) => exampleOf(example, maxActivation))}
  </article>`;
}

function tokenList(tokens: readonly { readonly token: string }[]): Html {
  return html`${tokens.slice(0, RAISED).map(({ token }) => html`<code class="token">${visible(token)}</code> `)}`;
}

function exampleOf({ tokens, activations, at }: Example, most: number): Html {
  const spans = tokens.map((token, index) => {
    const activation = activations[index] ?? 0;
    const shade = most > 0 && activation > 0 ? Math.max(1, Math.ceil((activation / most) * SHADES)) : 0;
    const name = `s${Math.min(SHADES, shade)}${index === at ? ' at' : ''}`;
    const title = activations[index] === null ? 'not measured' : short(3)(activation);
    return html`<span class="${name}" title="${title}">${visible(token)}</span>`;
  });
  // Nothing but the tokens is inside: their spaces are shown.
  return html`<p class="example">${spans}</p>`;
}

/** A token as it can be read: line ends and tabs have their signs, other control characters are replaced. */
function visible(token: string): string {
  return (
    token
      .replaceAll('\n', '⏎')
      .replaceAll('\t', '⇥')
      // oxlint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u001f\u007f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '�')
  );
}
