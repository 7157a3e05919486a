import { SaeLabError } from '@sae-lab/errors';
import { environment } from './environment.ts';
import { visibleLines } from './visible-text.ts';

/** Writes an error to standard error, as every command does. */
export function printError(error: unknown): void {
  process.stderr.write(`${errorBlock(error, environment('SAE_LAB_DEBUG') !== undefined)}\n`);
}

/**
 * An error as its reader sees it: the code, then the sentence. The stack follows with `SAE_LAB_DEBUG`, and for any
 * error that is not a SaeLabError, which is a bug.
 */
function errorBlock(error: unknown, debug: boolean): string {
  return visibleLines(block(error, debug));
}

function block(error: unknown, debug: boolean): string {
  if (error instanceof SaeLabError) {
    const said = `error ${error.code}\n${error.message}`;
    return debug ? `${said}\n\n${stackOf(error)}` : said;
  }
  return `error unexpected\n${stackOf(error)}`;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\ncaused by ${stackOf(error.cause)}`;
}
