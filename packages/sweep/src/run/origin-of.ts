import type { SaeOrigin } from '@sae-lab/core';
import type { ActivationStore } from '@sae-lab/core/activations';

/** What an SAE's own file says of the activations that it was trained on. */
export function originOf({ manifest }: ActivationStore): SaeOrigin {
  const hookName = manifest.hook.name;
  if ('synthetic' in manifest) {
    // Each row stands alone, as a prompt of one token does.
    return { modelName: 'synthetic', hookName, contextSize: 1, prependBos: false };
  }
  const { model, settings, bosTokenId } = manifest;
  const prependBos = bosTokenId !== null;
  return { modelName: model.name, hookName, contextSize: settings.maxTokens, prependBos };
}
