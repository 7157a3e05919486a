import { z } from 'zod';

/** What every error answers: problem details (RFC 9457) with the project's codes. */
export const problem = z.strictObject({
  type: z.string().describe('`urn:sae-lab:error:` and the code.'),
  title: z.string().describe('What the code means.'),
  status: z.int().describe('The HTTP status.'),
  detail: z.string().describe('What is wrong here, what was expected, what was received and what to do.'),
  code: z.string().describe('A code of docs/errors.md.'),
  field: z.string().optional().describe('The parameter at fault.'),
  expected: z.string().optional(),
  received: z.string().optional(),
  fix: z.string().optional(),
  span: z
    .strictObject({ start: z.int(), end: z.int() })
    .optional()
    .describe('Where in the filter the problem is, in UTF-16 code units.'),
});

export type Problem = z.infer<typeof problem>;
