import { SaeLabError, describeValue } from '@sae-lab/errors';

/** A repository of the hub. */
export interface Repository {
  readonly type: 'model' | 'dataset';
  /** `OWNER/NAME`; a few old repositories have no owner, e.g. `gpt2`. */
  readonly id: string;
}

const NAME = /^[\w.-]+$/;

/**
 * Checks the name of a repository by the hub's rules.
 *
 * @throws {SaeLabError} hub.bad-repository
 */
export function repositoryOf(type: Repository['type'], id: string): Repository {
  const parts = id.split('/');
  const isName = (part: string): boolean =>
    NAME.test(part) && part.length <= 96 && !/^[.-]|[.-]$|--|\.\./.test(part);
  if (parts.length <= 2 && parts.every(isName) && !id.endsWith('.git')) return { type, id };
  throw new SaeLabError('hub.bad-repository', {
    problem: `the name is not valid for a ${type} of the hub`,
    field: type,
    expected: 'OWNER/NAME, e.g. EleutherAI/pythia-70m-deduped',
    received: describeValue(id),
    fix: adviceFor(type, id),
  });
}

/** What to write instead of an address, or of a name with a revision. */
function adviceFor(type: Repository['type'], id: string): string {
  const [, owner, name] = /^https?:\/\/[^/]+\/(?:datasets\/)?([^/]+)\/([^/?#]+)/.exec(id) ?? [];
  if (owner !== undefined) return `Leave out the address: write ${owner}/${name}.`;
  const [before, revision] = id.split('@');
  const kind = type === 'dataset' ? "kind: 'hub', " : '';
  if (revision !== undefined) return `Write { ${kind}id: '${before}', revision: '${revision}' }.`;
  return 'Correct the name. A path to local files starts with . or /.';
}

/** `models--ORG--NAME`: the folder of a repository in the cache. */
export function folderName({ type, id }: Repository): string {
  return [`${type}s`, ...id.split('/')].join('--');
}

/** The web page of a repository. */
export function pageOf(endpoint: string, repository: Repository): string {
  return `${endpoint}/${webPath(repository)}`;
}

/** The download address of a file. */
export function resolveUrl(endpoint: string, repository: Repository, revision: string, path: string): string {
  const file = path.split('/').map(encodeURIComponent).join('/');
  return `${pageOf(endpoint, repository)}/resolve/${encodeURIComponent(revision)}/${file}`;
}

function webPath({ type, id }: Repository): string {
  return type === 'model' ? id : `datasets/${id}`;
}
