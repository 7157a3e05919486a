import type { IncomingMessage } from 'node:http';

/** Stands for the nonce of the response in a page. */
export const NONCE = '{nonce}';

const STYLE = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}
body{max-width:30rem;margin:18vh auto 0;padding:0 1rem}
h1{font-size:1.25rem}
form{display:flex;gap:.5rem}
input{flex:1;min-width:0}
input,button{font:inherit;padding:.35rem .7rem}`;

/** Whether a browser shows the answer to a reader. */
export function isForReader({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return /\btext\/html\b/.test(headers.accept ?? '');
}

/**
 * What a reader without the token sees.
 *
 * @param address the page that was asked for
 */
export function signInPage(problem: string | undefined, address: string): string {
  const path = escaped(address.split('?')[0]!);
  return page(
    'Sign in',
    `<h1>This dashboard needs its token</h1>
${problem === undefined ? '' : `<p role="alert">${escaped(problem)}</p>\n`}<p>Open the link that <code>pnpm dashboard</code> printed when the token was made, or enter the token.
<code>pnpm dashboard --new-token</code> makes another one.</p>
<form method="get" action="${path}"><input type="password" name="token" aria-label="Token" autocomplete="current-password" required autofocus> <button>Open</button></form>
<p>Signed in already? <a href="${escaped(address)}">Continue to the page</a>. Browsers do not send the sign-in along with links from other sites.</p>`,
  );
}

/** Shown for a moment: a page of this dashboard leads on to the one that was asked for. */
export function openingPage(address: string): string {
  return page(
    'Opening',
    `<h1>Opening the dashboard</h1>\n<p><a href="${escaped(address)}">Continue to the page</a></p>`,
  );
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} · sae-lab</title><style nonce="${NONCE}">${STYLE}</style></head>
<body><main>${body}</main></body></html>\n`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
