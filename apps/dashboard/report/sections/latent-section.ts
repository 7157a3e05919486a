import type { LatentRow } from '@sae-lab/db/reading';
import { formatOf, integer, LATENT_MEASURES } from '@sae-lab/measures';
import { rowLabel } from '../../src/compare/row-label.ts';
import { featuresOf, type Example, type TokenWeight } from '../../src/latents/text/features.ts';
import { namedToken, shownToken } from '../../src/latents/text/token-text.ts';
import { html, type Html } from '../html.ts';
import type { Report } from '../load-report.ts';
import { labelOf } from '../load-report-labels.ts';
import type { SaeLatents } from '../load-report-latents.ts';
import type { Section } from '../section.ts';

/** Examples of a latent, and tokens that it raises. */
const EXAMPLES = 3;
const RAISED = 5;
/** Shades of a token, by its share of the largest activation of the latent. */
const SHADES = 6;
const densityText = formatOf(LATENT_MEASURES.density);
const activationText = formatOf(LATENT_MEASURES.max_activation);

/** Typical latents with the texts on which they fire most. */
export function latentSection({ latents: saes, labels, sweep }: Report): Section | undefined {
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
        the latent’s activation; its value is shown under the pointer. ↵ stands for a new line.
      </p>
      ${shown.map((sae) => saeOf(sae, labels))}`,
  };
}

function saeOf({ row, described, latents }: SaeLatents, labels: Report['labels']): Html {
  const label = rowLabel(row, { hook: true, width: true });
  return html`<section class="sae" aria-label="${label}">
    <h3><bdi>${label}</bdi></h3>
    <p class="caption">
      Run ${row.hash}; ${integer(latents.length)} of ${integer(described)} latents described.
      <a href="data/latents-${row.hash}.json">JSON</a>
    </p>
    <div class="latents">
      ${latents.map((latent) => latentOf(latent, labelOf(labels, row.id, latent.latent)))}
    </div>
  </section>`;
}

function latentOf({ latent, density, maxActivation, features }: LatentRow, label: string | undefined): Html {
  const { top, raised, lowered } = featuresOf(features);
  return html`<article>
    <h4>Latent ${latent}${label !== undefined && html`: <bdi>${label}</bdi>`}</h4>
    <p class="caption">
      Density ${densityText(density)}, largest activation ${activationText(maxActivation)}
    </p>
    ${
      raised.length > 0 &&
      html`<p class="caption">
        Raises ${tokenList(raised)}${lowered.length > 0 && html`; lowers ${tokenList(lowered)}`}
      </p>`
    }
    ${top.slice(0, EXAMPLES).map((example) => exampleOf(example, maxActivation))}
  </article>`;
}

function tokenList(tokens: readonly TokenWeight[]): Html {
  return html`${tokens.slice(0, RAISED).map(({ token }) => html`<code class="token">${namedToken(token)}</code> `)}`;
}

function exampleOf({ tokens, activations, at }: Example, most: number): Html {
  const spans = tokens.map((token, index) => {
    const activation = activations[index] ?? 0;
    const shade = most > 0 && activation > 0 ? Math.max(1, Math.ceil((activation / most) * SHADES)) : 0;
    const name = `s${Math.min(SHADES, shade)}${index === at ? ' at' : ''}`;
    const title = activations[index] === null ? 'not evaluated' : activationText(activation);
    return html`<span class="${name}" title="${title}">${shownToken(token).text}</span>`;
  });
  // Nothing but the tokens is inside: their spaces are shown.
  return html`<p class="example">${spans}</p>`;
}
