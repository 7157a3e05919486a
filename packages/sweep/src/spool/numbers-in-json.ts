/** JSON with NaN and the infinities, which curves and figures may have. */

const NAMES = ['NaN', 'Infinity', '-Infinity'];
const KEY = '$number';

/** One line, without a line break. */
export function toJsonLine(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'number' && !Number.isFinite(inner) ? { [KEY]: String(inner) } : inner,
  );
}

/** @throws {SyntaxError} */
export function fromJsonLine(line: string): unknown {
  return JSON.parse(line, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || !(KEY in inner)) return inner;
    const name = inner[KEY];
    return typeof name === 'string' && NAMES.includes(name) ? Number(name) : inner;
  });
}
