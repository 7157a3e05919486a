import { html, type Html } from './html.ts';

/** Facts as terms with their texts. Those without a text are left out. */
export function factList(facts: readonly (readonly [term: string, text: string])[], isWide = false): Html {
  return html`<dl class="${isWide ? 'facts wide' : 'facts'}">
    ${facts
      .filter(([, text]) => text !== '')
      .map(
        ([term, text]) =>
          html`<div>
            <dt>${term}</dt>
            <dd><bdi>${text}</bdi></dd>
          </div> `,
      )}
  </dl>`;
}
