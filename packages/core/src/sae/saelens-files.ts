export const SAELENS_WEIGHTS = 'sae_weights.safetensors';
export const SAELENS_CONFIG = 'cfg.json';
export const SAELENS_SPARSITY = 'sparsity.safetensors';

/** The files of a saved SAE. */
export const SAE_FILES = [SAELENS_WEIGHTS, SAELENS_CONFIG, SAELENS_SPARSITY] as const;
