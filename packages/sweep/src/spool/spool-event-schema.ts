import { z } from 'zod';

/** Curves and figures may be NaN or infinite. */
const number = z.custom<number>((value) => typeof value === 'number', 'expected a number');
/** As the database stores it. */
const step = z.int().min(0).max(2_147_483_647);
/** Milliseconds; a later moment would have a year that the database does not read. */
const time = z.number().min(0).max(1e14);

const points = z
  .object({ steps: z.array(step), values: z.array(number) })
  .refine(({ steps, values }) => steps.length === values.length, 'expected as many values as steps')
  .refine(({ steps }) => steps.every((one, i) => i === 0 || one > steps[i - 1]!), 'expected rising steps');
const curves = z.record(z.string(), points);

const error = z.object({ code: z.string(), message: z.string(), details: z.object({}) });

const result = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('finished'),
    steps: step,
    seconds: number,
    figures: z.record(z.string(), number),
    histograms: z.record(z.string(), z.object({ edges: z.array(number), counts: z.array(number) })),
    artifacts: z.array(
      z.object({ kind: z.string(), path: z.string(), bytes: z.int().nonnegative(), sha256: z.string() }),
    ),
  }),
  z.object({ status: z.literal('interrupted'), step }),
  z.object({ status: z.literal('diverged'), step: step.nullable(), error }),
  z.object({ status: z.literal('failed'), error }),
]);

/**
 * What is read of a line of a spool. The file may be damaged, and a line that is JSON by chance must not reach the
 * database.
 */
export const spooledLineSchema = z.object({
  n: z.int().nonnegative(),
  t: time.optional(),
  event: z.discriminatedUnion('type', [
    z.object({
      type: z.literal('begun'),
      provenance: z.record(z.string(), z.unknown()),
      at: time.optional(),
    }),
    z.object({ type: z.literal('started'), totalSteps: step, backend: z.string() }),
    z.object({ type: z.literal('resumed'), step, curves }),
    z.object({ type: z.literal('curves'), curves }),
    z.object({ type: z.literal('checkpoint'), step }),
    z.object({ type: z.literal('progress'), step }),
    z.object({ type: z.literal('warning'), message: z.string() }),
    z.object({ type: z.literal('printed'), from: z.enum(['output', 'error']), text: z.string() }),
    z.object({ type: z.literal('ended'), result }),
  ]),
});

/** What is wrong with a line, in a few words. */
export function problemOfLine({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return 'is not an event';
  const at = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  return `is not an event: ${at}${issue.message}`;
}
