import { environment } from '@sae-lab/command-line/environment';
import { describeValue, SaeLabError } from '@sae-lab/errors';

const DEFAULT_SECONDS = 15;

/**
 * If this process says nothing for this long, others take it for dead: SAE_LAB_WORKER_TIMEOUT, or 15 s.
 *
 * @throws {SaeLabError} `cli.usage`
 */
export function silentSeconds(
  given: string = environment('SAE_LAB_WORKER_TIMEOUT') ?? String(DEFAULT_SECONDS),
): number {
  const seconds = Number(given);
  if (/^\d+$/.test(given) && seconds >= 3 && seconds <= 3600) return seconds;
  throw new SaeLabError('cli.usage', {
    problem: 'is not a timeout of workers',
    field: 'SAE_LAB_WORKER_TIMEOUT',
    expected: 'an integer number of seconds, 3 to 3600',
    received: describeValue(given),
  });
}
