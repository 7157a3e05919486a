import { describeValue, SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import { MOST_CHARACTERS, MOST_STEPS } from './answers.ts';

const id = z
  .int()
  .positive()
  .max(2 ** 31 - 1);
const text = z
  .string()
  .min(1, 'is empty')
  .max(MOST_CHARACTERS, `has more than ${MOST_CHARACTERS.toLocaleString('en')} characters`)
  .refine((value) => value.isWellFormed(), 'is not valid Unicode');

/** The SAE of a run, or one that no run trained. */
const ofRun = { runId: id, saeId: z.undefined().optional() };
const ofSae = { saeId: id, runId: z.undefined().optional() };
const chosen = { latent: z.int().nonnegative().optional() };

const readSchema = z.strictObject({
  kind: z.literal('read'),
  text,
  /** One SAE, or two to compare. `latent`: one that is listed wherever it ranks. */
  saes: z
    .array(z.union([z.strictObject({ ...ofRun, ...chosen }), z.strictObject({ ...ofSae, ...chosen })]))
    .min(1)
    .max(2),
});

/** Far beyond any activation, and far from the limits of float32. */
const STRONGEST = 1e6;

const steerSchema = z.strictObject({
  kind: z.literal('steer'),
  text,
  sae: z.union([z.strictObject(ofRun), z.strictObject(ofSae)]),
  latent: z.int().nonnegative(),
  change: z.union([
    z.strictObject({
      kind: z.literal('add'),
      strength: z.number().min(-STRONGEST).max(STRONGEST),
      /** Of the strength: the latent's largest known activation, or 1. */
      unit: z.enum(['max', 'one']),
    }),
    z.strictObject({ kind: z.literal('ablate') }),
  ]),
  /** The first token that is steered, counted from 0 without the prepended one. */
  from: z.int().nonnegative(),
  /** Tokens to continue with. */
  steps: z.int().nonnegative().max(MOST_STEPS),
});

const requestSchema = z.discriminatedUnion('kind', [readSchema, steerSchema]);

export type ReadRequest = z.infer<typeof readSchema>;
export type SteerRequest = z.infer<typeof steerSchema>;
export type TextRequest = z.infer<typeof requestSchema>;

/**
 * Checks a request from a page.
 *
 * @throws {SaeLabError} `text.invalid-request`
 */
export function parseTextRequest(value: unknown): TextRequest {
  const parsed = requestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const field = path.map(String).join('.') || 'request';
  const received = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], value);
  throw new SaeLabError('text.invalid-request', {
    problem: message,
    field,
    ...(field === 'text' && { expected: `1 to ${MOST_CHARACTERS.toLocaleString('en')} characters` }),
    received: typeof received === 'string' ? `${received.length} characters` : describeValue(received),
    fix: fixOf(field, received),
  });
}

function fixOf(field: string, received: unknown): string {
  if (field === 'kind' || field.startsWith('sae')) return 'Reload the page.';
  const isTooLong = field === 'text' && typeof received === 'string' && received.length > MOST_CHARACTERS;
  return isTooLong ? 'Shorten the text.' : `Give another ${field === 'text' ? 'text' : 'value'}.`;
}
