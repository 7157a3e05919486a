import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { SaeLabError, describeValue } from '@sae-lab/errors';

/** How to reach the hub, and where downloads are stored. */
export interface HubSettings {
  /** Address of the hub without a trailing slash, e.g. `https://huggingface.co`. */
  readonly endpoint: string;
  /** The cache folder, shared with the Python library. It holds `models--ORG--NAME` and `datasets--ORG--NAME`. */
  readonly cache: string;
  readonly token?: string;
  /** The file in which `hf auth login` stores the token. */
  readonly tokenFile: string;
  /** Whether to send no requests and use only the cache. */
  readonly offline: boolean;
  /** Whether snapshots link to the cached files; otherwise files are copied. */
  readonly symlinks: boolean;
  /** Seconds without data after which a request fails. */
  readonly timeout: number;
  readonly retry: RetrySettings;
}

/** How often to retry a failed request, and how long to wait in between. */
export interface RetrySettings {
  /** Consecutive requests without new data before giving up. */
  readonly attempts: number;
  /** Seconds before the second attempt; doubled for each further one. */
  readonly firstDelay: number;
  /** Longest accepted `Retry-After`, in seconds; a longer one is an error. */
  readonly longestDelay: number;
}

const RETRY: RetrySettings = { attempts: 5, firstDelay: 1, longestDelay: 300 };
const DEFAULT_TIMEOUT = 30;

/**
 * Reads the environment variables of the Python library: `HF_ENDPOINT`, `HF_HOME`, `HF_HUB_CACHE`, `HF_TOKEN` or the token
 * file, `HF_HUB_OFFLINE`, `HF_HUB_DISABLE_SYMLINKS`, `HF_HUB_DOWNLOAD_TIMEOUT`.
 *
 * @throws {SaeLabError} hub.bad-setting
 */
export function hubSettings(env: NodeJS.ProcessEnv = process.env): HubSettings {
  const home = expanded(
    env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface'),
    env,
  );
  const tokenFile = expanded(env.HF_TOKEN_PATH ?? join(home, 'token'), env);
  const token = tokenOf(env, tokenFile);
  return {
    endpoint: endpointOf(env.HF_ENDPOINT),
    cache: expanded(env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(home, 'hub'), env),
    ...(token !== undefined && { token }),
    tokenFile,
    offline: isOn(env.HF_HUB_OFFLINE || env.TRANSFORMERS_OFFLINE),
    symlinks: !isOn(env.HF_HUB_DISABLE_SYMLINKS),
    timeout: secondsOf(env.HF_HUB_DOWNLOAD_TIMEOUT),
    retry: RETRY,
  };
}

function isOn(value: string | undefined): boolean {
  return ['1', 'ON', 'YES', 'TRUE'].includes((value ?? '').toUpperCase());
}

/** A path with `~` and `$NAME` replaced, as Python's `expanduser` and `expandvars` do. */
function expanded(path: string, env: NodeJS.ProcessEnv): string {
  const named = path.replace(/\$(?:\{(\w+)\}|(\w+))/g, (all, braced?: string, bare?: string) => {
    return env[braced ?? bare ?? ''] ?? all;
  });
  return resolve(named.replace(/^~(?=$|[/\\])/, () => homedir()));
}

function endpointOf(value: string | undefined): string {
  if (value === undefined || value === '') return 'https://huggingface.co';
  const endpoint = value.replace(/\/+$/, '');
  if (/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) return endpoint;
  throw badSetting('HF_ENDPOINT', 'an address such as https://huggingface.co', describeValue(value));
}

function secondsOf(value: string | undefined): number {
  if (value === undefined || value === '') return DEFAULT_TIMEOUT;
  const seconds = Number(value);
  if (seconds > 0 && seconds < 2 ** 20) return seconds;
  throw badSetting('HF_HUB_DOWNLOAD_TIMEOUT', 'a positive number of seconds', describeValue(value));
}

function tokenOf(env: NodeJS.ProcessEnv, file: string): string | undefined {
  if (isOn(env.HF_HUB_DISABLE_IMPLICIT_TOKEN)) return undefined;
  const named = cleaned(env.HF_TOKEN) ?? cleaned(env.HUGGING_FACE_HUB_TOKEN);
  const token = named ?? cleaned(contentOf(file));
  // Other characters cannot be sent in a header, and the error of fetch would not mention the token.
  if (token === undefined || /^[\x21-\x7e]+$/.test(token)) return token;
  throw badSetting(
    named === undefined ? file : 'HF_TOKEN',
    'a token such as hf_…, without spaces',
    `${token.length} characters`,
  );
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function cleaned(token: string | undefined): string | undefined {
  const text = token?.trim() ?? '';
  return text === '' ? undefined : text;
}

function badSetting(field: string, expected: string, received: string): SaeLabError {
  return new SaeLabError('hub.bad-setting', {
    problem: 'the setting is not valid',
    field,
    expected,
    received,
    fix: `Correct ${field}, or unset it.`,
  });
}
