/** Why the server refused a request. */
export interface RefusedAnswer {
  readonly problem: { readonly code: string; readonly message: string };
}

/**
 * What the server answered as JSON. What guards the server, or a proxy in front, refuses in plain text: asking again would not
 * help, so the text is the problem. Undefined for anything else, after which the same request may succeed.
 */
export async function readAnswer<T>(answer: Response): Promise<T | RefusedAnswer | undefined> {
  const content = await answer.text();
  try {
    return JSON.parse(content) as T;
  } catch {
    const isRefused = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
    const message = content.trim() || `The server answered ${answer.status}.`;
    return isRefused ? { problem: { code: 'dashboard.unknown-request', message } } : undefined;
  }
}
