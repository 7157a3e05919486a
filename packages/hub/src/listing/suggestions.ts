/** Suggestions for misspelt names. */
import { listDatasets, listModels } from '@huggingface/hub';
import { nearest, SaeLabError } from '@sae-lab/errors';
import { apiAccess } from '../http/api.ts';
import { requestWhole } from '../http/request.ts';
import { withRetries } from '../http/transient.ts';
import type { Repository } from '../repository.ts';
import type { HubSettings } from '../settings.ts';

const MOST_CANDIDATES = 200;
/** Seconds to wait for suggestions. */
const PATIENCE = 5;

/** Adds existing names to the error for an unknown repository or revision, if the hub provides them. */
export async function withSuggestions(
  error: SaeLabError,
  settings: HubSettings,
  repository: Repository,
  signal: AbortSignal | undefined,
): Promise<SaeLabError> {
  const quick: HubSettings = {
    ...settings,
    timeout: Math.min(PATIENCE, settings.timeout),
    retry: { ...settings.retry, attempts: 1 },
  };
  const { fix = '', ...details } = error.details;
  if (error.code === 'hub.unknown-repository') {
    const hint = await repositoryHint(quick, repository, signal);
    return hint === undefined
      ? error
      : new SaeLabError(error.code, { ...details, fix: `${hint} ${fix}`, cause: error.cause });
  }
  if (error.code === 'hub.unknown-revision') {
    const names = nearest(details.received ?? '', await revisions(quick, repository, signal));
    if (names.length === 0) return error;
    return new SaeLabError(error.code, {
      ...details,
      expected: `${details.expected}, e.g. ${names.join(', ')}`,
      fix,
      cause: error.cause,
    });
  }
  return error;
}

async function repositoryHint(
  settings: HubSettings,
  { type, id }: Repository,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const otherType = type === 'model' ? 'dataset' : 'model';
  const [names, others] = await Promise.all([
    candidates(settings, { type, id }, signal),
    candidates(settings, { type: otherType, id }, signal),
  ]);
  if (others.includes(id)) return `${id} is a ${otherType}, not a ${type}.`;
  const alike = similar(id, names).slice(0, 3);
  return alike.length === 0 ? undefined : `Did you mean ${alike.join(', ')}?`;
}

/** Repositories whose name is spelt alike, then those with the same name and another owner. Names may be repeated. */
function similar(id: string, names: readonly string[]): string[] {
  const own = nameIn(id);
  const alike = nearest(id, [...new Set(names)], 3, Math.max(2, Math.ceil(own.length * 0.4)));
  return [...new Set([...alike, ...names.filter((name) => nameIn(name) === own)])];
}

/** The name without its owner, in lower case. */
function nameIn(id: string): string {
  return id.slice(id.indexOf('/') + 1).toLowerCase();
}

/** Repositories with a similar name, and others of the same owner. */
async function candidates(
  settings: HubSettings,
  { type, id }: Repository,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const [owner, name = owner] = id.split('/');
  const api = apiAccess(settings, { repository: { type, id } }, signal);
  const found = await Promise.allSettled(
    [{ query: name! }, ...(id.includes('/') ? [{ owner: owner! }] : [])].map(async (search) => {
      const names: string[] = [];
      const asked = { ...api, search, limit: MOST_CANDIDATES };
      const entries = type === 'model' ? listModels(asked) : listDatasets(asked);
      for await (const entry of entries) names.push(entry.name);
      return names;
    }),
  );
  signal?.throwIfAborted();
  return found.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}

async function revisions(
  settings: HubSettings,
  repository: Repository,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const url = `${settings.endpoint}/api/${repository.type}s/${repository.id}/refs`;
  try {
    const response = await withRetries(settings.retry, signal, () =>
      requestWhole(settings, { url, subject: { repository }, signal }),
    );
    const { branches = [], tags = [] } = (await response.json()) as {
      branches?: { name: string }[];
      tags?: { name: string }[];
    };
    return [...branches, ...tags].map(({ name }) => name);
  } catch {
    signal?.throwIfAborted();
    return [];
  }
}
