/**
 * The version of a page's data; undefined if the dashboard or its database does not answer.
 *
 * @param of the page's path under `/api/version`: `sweeps`, `runs`, `sweep/3`, `run/7`
 */
export async function currentVersion(of: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await fetch(`/api/version/${of}`, { signal, cache: 'no-store' });
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}
