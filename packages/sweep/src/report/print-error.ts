import { SaeLabError } from '@sae-lab/errors';
import { visibleLines } from './visible-text.ts';

/** An error as a readable block: code and message. Unexpected errors, and all with `SAE_LAB_DEBUG`, have a stack trace. */
export function errorBlock(error: unknown, debug: boolean): string {
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
