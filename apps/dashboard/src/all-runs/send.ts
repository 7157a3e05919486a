/** Asks the dashboard to store something. Returns its answer, or what went wrong in a sentence. */
export async function send(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: unknown,
): Promise<{ data: unknown; problem?: never } | { problem: string }> {
  try {
    const answer = await fetch(path, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.ok) return { data: await answer.json() };
    const text = await answer.text();
    try {
      return { problem: (JSON.parse(text) as { problem: { message: string } }).problem.message };
    } catch {
      return { problem: text };
    }
  } catch {
    return { problem: 'The dashboard does not answer. Check that `pnpm dashboard` is running.' };
  }
}
