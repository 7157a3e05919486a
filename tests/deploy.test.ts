import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const read = async (name: string): Promise<unknown> =>
  parse(await readFile(new URL(`../deploy/${name}`, import.meta.url), 'utf8'));

it('the manifest for Kubernetes replaces lost workers and ignores what is not their fault', async () => {
  const job = (await read('kubernetes.yaml')) as {
    metadata: { labels: Record<string, string> };
    spec: Record<string, unknown> & {
      podFailurePolicy: {
        rules: { action: string; onExitCodes?: { values: number[] }; onPodConditions?: object[] }[];
      };
      template: { spec: Record<string, unknown> & { containers: { name: string; command: string[] }[] } };
    };
  };
  expect(job).toMatchObject({ apiVersion: 'batch/v1', kind: 'Job' });
  expect(job.metadata.labels).toHaveProperty(['kueue.x-k8s.io/queue-name']);
  expect(job.spec).toMatchObject({ completionMode: 'Indexed', suspend: true, backoffLimitPerIndex: 3 });
  // backoffLimitPerIndex excludes it, and podFailurePolicy needs restartPolicy Never.
  expect(job.spec).not.toHaveProperty('backoffLimit');
  expect(job.spec.template.spec).toMatchObject({ restartPolicy: 'Never' });
  const { rules } = job.spec.podFailurePolicy;
  const ignored = rules.filter(({ action }) => action === 'Ignore');
  expect(ignored.flatMap(({ onPodConditions = [] }) => onPodConditions)).toEqual([
    { type: 'DisruptionTarget', status: 'True' },
  ]);
  expect(ignored.flatMap(({ onExitCodes }) => onExitCodes?.values ?? [])).toEqual([143]);
  expect(rules.find(({ action }) => action === 'FailJob')?.onExitCodes?.values).toEqual([2]);
  // Without a shell or pnpm in between, so that SIGTERM reaches the worker.
  expect(job.spec.template.spec.containers[0]!.command.slice(0, 2)).toEqual([
    'node',
    '--max-semi-space-size=8',
  ]);
});

it.each(['skypilot.yaml', 'dstack.yaml'])(
  '%s starts a worker that gets the signals, and contains no secret',
  async (name) => {
    const text = JSON.stringify(await read(name));
    expect(text).toContain('exec node --max-semi-space-size=8 scripts/launch.mjs worker --idle 5m');
    expect(text).not.toMatch(/AWS_SECRET_ACCESS_KEY=|"AWS_SECRET_ACCESS_KEY":"/);
  },
);
