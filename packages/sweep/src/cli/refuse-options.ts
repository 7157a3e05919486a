import { nameOfOption } from '@sae-lab/command-line';
import { SaeLabError } from '@sae-lab/errors';

/**
 * Refuses options that would have no effect.
 *
 * @param options as the parser returns them
 * @param refused keys among them
 * @throws {SaeLabError} `cli.usage` for the first one that is given
 */
export function refuseOptions<Options extends object>(
  options: Options,
  refused: readonly (keyof Options & string)[],
  { problem, fix }: { readonly problem: string; readonly fix: string },
): void {
  const given = refused.find((key) => options[key] !== undefined && options[key] !== false);
  if (given === undefined) return;
  throw new SaeLabError('cli.usage', { problem, field: nameOfOption(given), fix });
}
