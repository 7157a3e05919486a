import 'server-only';
import { SaeLabError } from '@sae-lab/errors';
import type { TextService } from '@sae-lab/text/service';

/**
 * What `pnpm dashboard` handed over. Its process loads the tensor libraries; this one never does.
 *
 * @throws {SaeLabError} `text.failed` if the dashboard was started otherwise
 */
export function textService(): Pick<TextService, 'ask'> {
  const { saeLabTexts } = globalThis as { saeLabTexts?: TextService };
  if (saeLabTexts !== undefined) return saeLabTexts;
  throw new SaeLabError('text.failed', {
    problem: 'this dashboard has no process that reads texts',
    fix: 'Start it with `pnpm dashboard`.',
  });
}
