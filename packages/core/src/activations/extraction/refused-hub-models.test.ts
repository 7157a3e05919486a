/** Repositories whose files do not make a model. */
import { startHubServer, servedFolder, type ServedRepository } from '@sae-lab/hub/testing';
import { expect, it, onTestFinished, vi } from 'vitest';
import { errorOf, MODEL, smallSpec, temporaryFolder } from '../test-support.ts';
import { writeBundledCheckpoint } from './model/build/bundled-weights.ts';
import { planActivations } from './plan.ts';

/** Serves a repository, and returns a function that plans a hook of it. */
async function served(files: ServedRepository['files']): Promise<(hook: string) => Promise<unknown>> {
  const server = await startHubServer({ repositories: [{ type: 'model', id: 'org/model', files }] });
  onTestFinished(() => server.close());
  vi.stubEnv('HF_ENDPOINT', server.endpoint);
  vi.stubEnv('HF_HOME', temporaryFolder());
  onTestFinished(() => void vi.unstubAllEnvs());
  return (hook) =>
    planActivations(smallSpec(temporaryFolder(), { model: { kind: 'hub', id: 'org/model' }, hooks: [hook] }));
}

it('names the index of the weights if a shard that hooks need is missing', async () => {
  const folder = temporaryFolder();
  await writeBundledCheckpoint(folder, 3);
  const missing = 'model-00002-of-00003.safetensors';
  const { [missing]: _, ...others } = servedFolder(folder);
  const plan = await served(others);
  const error = await errorOf(() => plan('blocks.5.hook_resid_post'));
  expect(error.code).toBe('model.missing-shard');
  expect(error.message).toContain(
    `model.safetensors.index.json names ${missing}, which is not in the repository`,
  );
  // The first shard is enough for this hook.
  expect(await plan('hook_embed')).toHaveLength(1);
});

it('says how to get a missing tokenizer.json', async () => {
  const { 'tokenizer.json': _, ...others } = servedFolder(MODEL.folder);
  const plan = await served({ ...others, 'tokenizer.model': '' });
  const { message } = await errorOf(() => plan('hook_embed'));
  expect(message).toMatch(/no tokenizer\.json; .*tokenizer\.model.*Convert the tokenizer/);
});

it('says that a repository is empty', async () => {
  const plan = await served({});
  const { message } = await errorOf(() => plan('hook_embed'));
  expect(message).toContain('the repository has no config.json');
  expect(message).toContain('received no files');
});
