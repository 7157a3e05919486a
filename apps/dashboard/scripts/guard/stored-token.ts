import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { hashOf } from './access-token.ts';

/** In the data folder: the hash of the token, readable by its owner only. */
export const TOKEN_FILE = 'dashboard-token.sha256';
const SHORTEST = 16;

/** The token of a dashboard. */
export interface ChosenToken {
  readonly hash: string;
  /** The token itself, where it was just made: nobody else can show it to its reader. */
  readonly made?: string;
  /** Whether the next start uses the same one. */
  readonly kept: boolean;
}

/**
 * The token that was given, otherwise the one whose hash the data folder has, otherwise a new one. A data folder that
 * cannot be written to gets a new token at every start.
 *
 * @param given of `SAE_LAB_DASHBOARD_TOKEN`
 * @param renew makes a new token even where the data folder has one
 * @throws {SaeLabError} `dashboard.invalid-token`
 */
export function chooseToken(dataDir: string, given: string | undefined, renew: boolean): ChosenToken {
  if (given !== undefined) {
    if (given.length < SHORTEST || !/^[\x21-\x7e]+$/.test(given)) {
      throw new SaeLabError('dashboard.invalid-token', {
        problem: 'is not a token',
        field: 'SAE_LAB_DASHBOARD_TOKEN',
        expected: `at least ${SHORTEST} letters, digits or symbols without spaces`,
        received: `${given.length} characters`,
        fix: 'Make one with `openssl rand -base64 32`, or unset the variable: the dashboard then makes one.',
      });
    }
    return { hash: hashOf(given), kept: true };
  }
  const stored = renew ? undefined : storedHash(dataDir);
  if (stored !== undefined) return { hash: stored, kept: true };
  const made = randomBytes(32).toString('base64url');
  const hash = hashOf(made);
  return { hash, made, kept: store(dataDir, hash) };
}

function storedHash(dataDir: string): string | undefined {
  try {
    const text = readFileSync(join(dataDir, TOKEN_FILE), 'utf8').trim();
    return /^[0-9a-f]{64}$/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** @returns whether it is stored */
function store(dataDir: string, hash: string): boolean {
  const file = join(dataDir, TOKEN_FILE);
  const temporary = `${file}.${process.pid}`;
  try {
    mkdirSync(dataDir, { recursive: true });
    // A new file, so that its mode holds even where an older one had another.
    rmSync(temporary, { force: true });
    writeFileSync(temporary, `${hash}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, file);
    return true;
  } catch {
    return false;
  }
}
