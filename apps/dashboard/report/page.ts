import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { COLOR_RULE } from './colors.ts';
import { html, trusted, type Html } from './html.ts';
import type { Section } from './section.ts';

/** The page of a report. Its policy allows its own style sheet and script, by their hashes, and nothing from elsewhere. */
export async function pageOf(name: string, overview: Html, sections: readonly Section[]): Promise<string> {
  const [sheet, script] = await Promise.all([read('page.css'), read('page.js')]);
  const style = `${COLOR_RULE}\n${sheet}`;
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const { text } = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="${policy}" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="referrer" content="no-referrer" />
      <title>${name}</title>
      ${trusted(`<style>${style}</style>`)}
    </head>
    <body>
      <header>
        <p class="caption">Report of a sweep by sae-lab</p>
        <h1><bdi>${name}</bdi></h1>
        ${overview}
      </header>
      <nav aria-label="Sections">
        ${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a> `)}
      </nav>
      <main>
        ${sections.map(
          ({ id, title, body }) =>
            html`<section id="${id}" aria-label="${title}">
              <h2>${title}</h2>
              ${body}
            </section> `,
        )}
      </main>
      ${trusted(`<script>${script}</script>`)}
    </body>
  </html> `;
  return `<!doctype html>\n${text}`;
}

function read(file: string): Promise<string> {
  return readFile(new URL(file, import.meta.url), 'utf8');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
