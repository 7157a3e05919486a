import type { CompareRow } from '../compare-row.ts';
import type { Axis, AxisValue } from './axis.ts';

/** A part of an axis: the runs outside of it are left out. */
export interface Brush {
  readonly key: string;
  /** Its ends, which belong to it. */
  readonly from: AxisValue;
  readonly to: AxisValue;
}

/** Places closer than this are equal: the address has rounded ends. */
const EQUAL = 1e-5;

/** Whether a run is in the brush. A run without the value is not. */
export function isWithin(axis: Axis, { from, to }: Brush, row: CompareRow): boolean {
  const value = axis.valueOf(row);
  const place = value === undefined ? undefined : axis.at(value);
  const ends = endsOf(axis, { from, to });
  if (ends === undefined) return true;
  return place !== undefined && place >= ends[0] - EQUAL && place <= ends[1] + EQUAL;
}

/** The places of a brush's ends, lower end first; undefined if the axis does not have them. */
export function endsOf(axis: Axis, { from, to }: Omit<Brush, 'key'>): readonly [number, number] | undefined {
  const [a, b] = [axis.at(from), axis.at(to)];
  return a === undefined || b === undefined ? undefined : [Math.min(a, b), Math.max(a, b)];
}

/** The brush between two places; undefined where it holds the whole axis, which filters nothing. */
export function brushAt(axis: Axis, a: number, b: number): Brush | undefined {
  const [low, high] = [Math.max(0, Math.min(a, b)), Math.min(1, Math.max(a, b))];
  if (low <= EQUAL && high >= 1 - EQUAL && !axis.hasMissing) return undefined;
  return { key: axis.key, from: axis.valueAt(low), to: axis.valueAt(high) };
}

/** The brushes with one replaced, added or, without a new one, removed. */
export function withBrush(brushes: readonly Brush[], key: string, brush: Brush | undefined): Brush[] {
  const others = brushes.filter((one) => one.key !== key);
  return brush === undefined ? others : [...others, brush];
}

/** E.g. `L0 from 4 to 32`. */
export function brushText(axis: Axis, { from, to }: Brush): string {
  return from === to
    ? `${axis.label} ${axis.textOf(from)}`
    : `${axis.label} from ${axis.textOf(from)} to ${axis.textOf(to)}`;
}

/** Reads the brushes of an address: `[["l0",4,32]]`. Null if it is something else. */
export function readBrushes(text: string): Brush[] | null {
  const value = jsonOf(text);
  if (!Array.isArray(value)) return null;
  const brushes = (value as unknown[]).map((part) => {
    if (!Array.isArray(part) || part.length !== 3) return undefined;
    const [key, from, to] = part as unknown[];
    return typeof key === 'string' && isValue(from) && isValue(to) ? { key, from, to } : undefined;
  });
  return brushes.every((brush) => brush !== undefined) ? brushes : null;
}

/** What `readBrushes` reads. */
export function writeBrushes(brushes: readonly Brush[]): string {
  return JSON.stringify(brushes.map(({ key, from, to }) => [key, from, to]));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isValue(value: unknown): value is AxisValue {
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
}
