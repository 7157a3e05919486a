import picomatch from 'picomatch';
import type { OpenedModel } from './opened-model.ts';

/**
 * Replaces globs by the hooks of the model that match them: `blocks.*.hook_mlp_out`, `blocks.{0..3}.hook_resid_post`. `*`
 * does not match a dot; `**` does. A tensor with several matching names is taken once.
 *
 * @param names names and globs
 * @throws {SaeLabError} `hook.unknown` for a glob without a match
 */
export function expandGlobs(
  model: Pick<OpenedModel, 'hooks' | 'resolve'>,
  names: readonly string[],
): string[] {
  if (!names.some(isGlob)) return [...names];
  const hooks = [...model.hooks()];
  return names.flatMap((name) => {
    if (!isGlob(name)) return [name];
    const matches = matcherOf(name);
    const found = new Map<string, string>();
    for (const [hook, { tensor }] of hooks) {
      if (!found.has(tensor) && matches(hook)) found.set(tensor, hook);
    }
    // Throws the error of an unknown hook, which lists the hooks of the model.
    return found.size > 0 ? [...found.values()] : model.resolve([name]).map(({ requested }) => requested);
  });
}

const MOST_LAYERS = 1000;

function isGlob(name: string): boolean {
  return /[*?[{]/.test(name);
}

/** Dots separate the parts of a name, as slashes do in a path. */
function matcherOf(glob: string): (name: string) => boolean {
  const spelled = glob.replaceAll(/(\d+)\.\.(\d+)/g, (_, from: string, to: string) => layersFrom(+from, +to));
  const matches = picomatch(spelled.replaceAll('.', '/'), { nonegate: true });
  return (name) => matches(name.replaceAll('.', '/'));
}

/** `2..4` as `2,3,4`: picomatch knows no range next to other values. */
function layersFrom(from: number, to: number): string {
  const count = Math.min(Math.max(0, to - from), MOST_LAYERS) + 1;
  const layers = Array.from({ length: count }, (_, i) => from + i);
  // Braces around a single value would be taken literally.
  return (count === 1 ? [from, from] : layers).join(',');
}
