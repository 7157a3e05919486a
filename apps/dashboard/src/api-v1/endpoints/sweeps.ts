import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, none } from '../parameters.ts';
import { instant, json } from '../values.ts';

const sweep = z.strictObject({
  id: z.int(),
  name: z.string(),
  status: z.enum(['running', 'finished', 'failed', 'interrupted', 'queued', 'cancelled']),
  file: z.string().describe('The experiment file, relative to the project.'),
  queue: z.string().nullable().describe('Where its runs wait for workers; null if the command trains them.'),
  createdAt: instant,
  lastStartedAt: instant,
  archived: z.boolean().describe('Whether a reader took it off the list.'),
  notes: z.string(),
  tags: z.array(z.string()),
  runs: z
    .partialRecord(
      z.enum(['queued', 'running', 'finished', 'failed', 'diverged', 'interrupted', 'cancelled']),
      z.int(),
    )
    .describe('The number of its runs in each status. Statuses without runs are absent.'),
});

export const listSweeps = defineEndpoint({
  id: 'listSweeps',
  path: '/sweeps',
  summary: 'All sweeps, the most recently started first.',
  parameters: none,
  query: none,
  answer: z.strictObject({ sweeps: z.array(sweep) }),
  example: '/sweeps',
});

export const getSweep = defineEndpoint({
  id: 'getSweep',
  path: '/sweeps/{sweep}',
  summary: 'One sweep with its definition.',
  parameters: z.strictObject({ sweep: id.describe('The number of the sweep.') }),
  query: none,
  answer: z.strictObject({
    ...sweep.shape,
    definition: json.describe('The definition, every default filled in.'),
    source: z.string().describe('The experiment file when the sweep was last started.'),
    runIds: z.array(z.int()).describe('The numbers of its runs, in its order.'),
  }),
  example: '/sweeps/1',
});
