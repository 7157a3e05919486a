/** What must not leave this machine. */
interface Private {
  /** Absolute paths. */
  readonly folders: readonly (string | undefined)[];
  /** Addresses that may have a password. */
  readonly urls: readonly (string | undefined)[];
  readonly secrets: readonly (string | undefined)[];
}

const HIDDEN = '[hidden]';
/** Shorter values are words. */
const LEAST_SECRET = 6;

/**
 * Makes a function that takes known secrets and folders out of a text, wherever they come from: the last step before a
 * report is written.
 */
export function withoutPrivateText({ folders, urls, secrets }: Private): (text: string) => string {
  const passwords = urls.flatMap((url) => passwordOf(url) ?? []);
  const hidden = [...secrets, ...passwords, ...passwords.map(encodeURIComponent)]
    .filter((secret) => secret !== undefined)
    .filter((secret) => secret.length >= LEAST_SECRET);
  const shortened = folders
    .filter((folder) => folder !== undefined)
    .filter((folder) => /[/\\]./.test(folder))
    .toSorted((a, b) => b.length - a.length);
  return (text) => {
    const open = hidden.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
    return shortened.reduce((rest, folder) => rest.replaceAll(folder, '…'), open);
  };
}

function passwordOf(url: string | undefined): string | undefined {
  const written = /^[a-z]+:\/\/[^/?#@:]*:([^@]*)@/i.exec(url ?? '')?.[1];
  const given = /[?&]password=([^&]*)/.exec(url ?? '')?.[1];
  const password = written ?? given;
  if (password === undefined || password === '') return undefined;
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

const PATH = /(?<![\w./:~@-])(?:file:\/\/)?((?:\/[^\s/"'`,;:()[\]{}<>]+){2,})\/?/g;
const WINDOWS_PATH = /\b[A-Z]:\\(?:[^\s\\"'`,;:()[\]{}<>]+\\?)+/g;
const USER_IN_URL = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"'`]+@/gi;

/** A text of a machine, e.g. a setting or an error: absolute paths keep their last part, addresses lose their user. */
export function shareable(text: string): string {
  const last = (path: string): string => `…/${path.split(/[/\\]/).filter(Boolean).at(-1) ?? ''}`;
  return text
    .replaceAll(USER_IN_URL, '$1')
    .replaceAll(PATH, (_, path: string) => last(path))
    .replaceAll(WINDOWS_PATH, last);
}

/** The same for every text of a value. */
export function shareableValue(value: unknown): unknown {
  if (typeof value === 'string') return shareable(value);
  if (Array.isArray(value)) return value.map(shareableValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shareableValue(inner)]));
}
