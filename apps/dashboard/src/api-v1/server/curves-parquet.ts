import 'server-only';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { LoadedCurve } from '../answers/curves.ts';

/** Curves as a Parquet file with a row per point or bucket. */
export function curvesParquet(curves: readonly LoadedCurve[]): Response {
  const column = (name: string, type: 'INT32' | 'STRING' | 'DOUBLE', data: readonly (number | string)[]) => ({
    name,
    type,
    data: data as number[],
    nullable: false,
  });
  const repeated = <T>(of: (curve: LoadedCurve) => T): T[] =>
    curves.flatMap((curve) => curve.steps.map(() => of(curve)));
  const isBucketed = curves.some(({ size }) => size !== undefined);
  const columnData = [
    column(
      'run',
      'INT32',
      repeated(({ run }) => run),
    ),
    column(
      'curve',
      'STRING',
      repeated(({ curve }) => curve),
    ),
    ...(isBucketed
      ? [
          column(
            'size',
            'INT32',
            repeated(({ size }) => size!),
          ),
        ]
      : []),
    column(
      'step',
      'INT32',
      curves.flatMap(({ steps }) => steps),
    ),
    ...(isBucketed ? ['last', 'min', 'max'] : ['values']).map((name) =>
      column(
        name === 'values' ? 'value' : name,
        'DOUBLE',
        curves.flatMap(({ numbers }) => numbers[name]!),
      ),
    ),
  ];
  return new Response(parquetWriteBuffer({ columnData }), {
    headers: { 'Content-Type': 'application/vnd.apache.parquet', 'Cache-Control': 'private, no-cache' },
  });
}
