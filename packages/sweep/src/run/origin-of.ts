import type { SaeOrigin } from '@sae-lab/core';
import type { ActivationStore } from '@sae-lab/core/activations';

/** The record in an SAE's file of the activations that it was trained on. */
export function originOf({ manifest }: ActivationStore): SaeOrigin {
  const hookName = manifest.hook.name;
  if (!('model' in manifest)) {
    const modelName = 'synthetic' in manifest ? 'synthetic' : 'imported';
    // Rows are independent, like prompts of a single token.
    return { modelName, hookName, contextSize: 1, prependBos: false };
  }
  const { model, settings, bosTokenId } = manifest;
  const prependBos = bosTokenId !== null;
  return { modelName: model.name, hookName, contextSize: settings.maxTokens, prependBos };
}
