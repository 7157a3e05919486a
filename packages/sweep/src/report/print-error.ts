import { SaeLabError } from '@sae-lab/errors';

/** One readable block: code and sentence. Stacks are for `SAE_LAB_DEBUG` and for what nobody expected. */
export function errorBlock(error: unknown, debug: boolean): string {
  if (error instanceof SaeLabError) {
    const block = `error ${error.code}\n${error.message}`;
    return debug ? `${block}\n\n${stackOf(error)}` : block;
  }
  return `error unexpected\n${stackOf(error)}`;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\ncaused by ${stackOf(error.cause)}`;
}
