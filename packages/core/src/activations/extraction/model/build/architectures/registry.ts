import { SaeLabError, describeValue } from '@sae-lab/errors';
import type { Architecture } from '../architecture.ts';
import type { ConfigFields } from '../config-fields.ts';
import { gemma2 } from './gemma2.ts';
import { gemma3 } from './gemma3.ts';
import { gptNeox } from './gpt-neox.ts';
import { gpt2 } from './gpt2.ts';
import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import { qwen2 } from './qwen2.ts';
import { qwen3 } from './qwen3.ts';

/** The supported architectures. To add one, write its file and list it here. */
const ARCHITECTURES: readonly Architecture[] = [gptNeox, gpt2, llama, mistral, qwen2, qwen3, gemma2, gemma3];

/** The supported values of `model_type`. */
export const SUPPORTED_MODEL_TYPES: readonly string[] = ARCHITECTURES.flatMap(({ modelTypes }) => modelTypes);

/**
 * Finds the architecture of a config by `model_type`, or else by `architectures`.
 *
 * @throws {SaeLabError} `model.unsupported-architecture`
 */
export function findArchitecture(config: ConfigFields): Architecture {
  const type = config.value('model_type');
  const listed = config.value('architectures');
  const classNames: unknown[] = Array.isArray(listed) ? listed : [];
  const found =
    ARCHITECTURES.find(({ modelTypes }) => modelTypes.some((known) => known === type)) ??
    ARCHITECTURES.find((known) => classNames.some((name) => known.classNames.some((own) => own === name)));
  if (found !== undefined) return found;
  throw new SaeLabError('model.unsupported-architecture', {
    problem: 'cannot build a graph for this architecture',
    field: config.source,
    expected: `model_type ${SUPPORTED_MODEL_TYPES.join(', ')}`,
    received: describeValue(type ?? listed),
    fix: 'Export the model to ONNX (optimum-cli export onnx --task text-generation) and use its folder.',
  });
}
