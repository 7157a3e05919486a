import { SaeLabError } from '@sae-lab/errors';
import { visibleLines } from './visible-text.ts';

/** One readable block: code and sentence. Stacks are for `SAE_LAB_DEBUG` and for what nobody expected. */
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
