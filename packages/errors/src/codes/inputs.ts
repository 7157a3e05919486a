import type { ErrorInfo } from './error-info.ts';

/** Errors of models, datasets, hooks and activations. */
export const INPUT_ERRORS = {
  'model.not-found': {
    meaning: 'The folder or repository of the model, or a file in it, does not exist.',
    fix: 'Check the path. The folder needs config.json, tokenizer.json, and model.safetensors or onnx/model.onnx.',
  },
  'model.unreadable': {
    meaning: 'The ONNX file cannot be parsed. It may be cut short, or a Git LFS pointer.',
    fix: 'Download or export the file again.',
  },
  'model.unreadable-config': {
    meaning: 'config.json is not the configuration of a language model.',
    fix: 'Download or export config.json again.',
  },
  'model.unreadable-tokenizer': {
    meaning: 'The tokenizer cannot be loaded.',
    fix: 'Download or export the tokenizer files again.',
  },
  'model.unknown-token': {
    meaning: 'The tokenizer and the model do not fit together.',
    fix: 'Use the tokenizer and the graph of the same model. For a missing beginning-of-sequence token, set prependBos to false.',
  },
  'model.unknown-input': {
    meaning: 'The ONNX graph needs an input that cannot be provided.',
    fix: 'Export the model for the task text-generation.',
  },
  'model.not-float': {
    meaning: 'A tensor of the ONNX graph is neither float32 nor float16.',
    fix: 'Use the float32 graph, model.onnx.',
  },
  'model.missing-variant': {
    meaning: 'The model has no ONNX graph with this dtype. The message lists those that it has.',
    fix: 'Set the `dtype` of the model to one of these.',
  },
  'model.no-logits': {
    meaning: 'The ONNX graph has no output named logits, so the model has no loss.',
    fix: 'Export the model for the task text-generation.',
  },
  'model.merged-decoder': {
    meaning: 'The ONNX graph is a merged decoder, which cannot be cut at a hook.',
    fix: 'Use weights in safetensors, or export the plain graph: `optimum-cli export onnx --no-post-process`.',
  },
  'model.too-large': {
    meaning: 'The part of the model up to the deepest hook is larger than 2 GB.',
    fix: 'Use earlier layers, or a smaller model.',
  },
  'model.unrunnable': {
    meaning: 'ONNX Runtime cannot run the graph.',
    fix: 'Export the model again for the CPU. If the message says out of data bounds, the weights are cut short.',
  },
  'model.unsupported-architecture': {
    meaning: 'The model has no ONNX graph, and sae-lab cannot build one for its architecture.',
    fix: 'Export the model to ONNX: `optimum-cli export onnx --task text-generation`.',
  },
  'model.unsupported-config': {
    meaning: 'config.json is valid, but uses an option that graphs built from safetensors do not support.',
    fix: 'Export the model to ONNX: `optimum-cli export onnx --task text-generation`.',
  },
  'model.invalid-config': {
    meaning: 'A field of config.json is missing or invalid.',
    fix: 'Download config.json again.',
  },
  'model.no-weights': {
    meaning: 'The model has no usable weights. The message lists what is there.',
    fix: 'Save the model with `save_pretrained(folder, safe_serialization=True)`, or export it to ONNX.',
  },
  'model.unreadable-weights': {
    meaning: 'A safetensors file or the index of a sharded checkpoint is damaged.',
    fix: 'Download the file again.',
  },
  'model.missing-shard': {
    meaning: 'The index of a sharded checkpoint names a file that does not exist.',
    fix: 'Download the missing file.',
  },
  'model.missing-tensor': {
    meaning: 'The weights lack a tensor that the architecture in config.json needs.',
    fix: 'Use the config.json and the weights of the same model.',
  },
  'model.tensor-shape': {
    meaning: 'A tensor of the weights does not have the shape that config.json implies.',
    fix: 'Use the config.json and the weights of the same model.',
  },
  'model.tensor-dtype': {
    meaning: 'A tensor of the weights is quantised or has another unsupported dtype.',
    fix: 'Use the weights in float32, float16 or bfloat16.',
  },
  'model.not-linked': {
    meaning: 'The weights can be neither linked nor copied into the data folder.',
    fix: 'Free some disk space, or use a data folder on the file system of the weights.',
  },
  'hook.unknown': {
    meaning: 'The model has no hook with this name.',
    fix: 'Use one of the names in the message.',
  },
  'hook.ambiguous': {
    meaning: 'The module has several outputs.',
    fix: 'Name one of its submodules, which the message lists.',
  },
  'hook.not-in-architecture': {
    meaning: 'The hook does not exist in this architecture.',
    fix: 'Use hook_resid_pre or hook_resid_post.',
  },
  'hook.not-spliceable': {
    meaning: 'The activations of the hook cannot be replaced, because the logits do not depend on them.',
    fix: 'Use hook_resid_pre, hook_resid_mid, hook_resid_post, hook_mlp_out or hook_attn_out.',
  },
  'dataset.unknown-format': {
    meaning: 'The extension of a data file is not supported.',
    fix: 'Use .parquet, .jsonl, .json or .txt, the latter three optionally compressed as .gz or .zst.',
  },
  'dataset.no-text-column': {
    meaning:
      'It is unclear which column holds the text, or the named one does not. The message lists the columns.',
    fix: 'Set column to one of them.',
  },
  'dataset.unsupported-codec': {
    meaning: 'The compression codec of a parquet file is not supported.',
    fix: 'Rewrite the file with zstd or snappy compression.',
  },
  'dataset.not-found': {
    meaning: 'The file of the dataset does not exist.',
    fix: 'Check the path. In an experiment, relative paths start at the folder of its file.',
  },
  'dataset.unreadable': {
    meaning: 'The dataset cannot be read.',
    fix: 'Check the permissions and the format: JSON lines or text, plain or .gz.',
  },
  'dataset.empty': { meaning: 'The dataset has no document.', fix: 'Use another file.' },
  'dataset.bad-line': {
    meaning: 'A line of the dataset is not a JSON object with the text field.',
    fix: 'Fix the line, or set textField to the field that holds the text.',
  },
  'dataset.too-long': {
    meaning: 'A document of the dataset is too long.',
    fix: 'Split it: one document per line of JSON, or paragraphs separated by blank lines.',
  },
  'dataset.no-tokens': {
    meaning: 'No document gives an activation.',
    fix: 'Check the dataset and its text field. Special tokens are selected only with includeSpecialTokens.',
  },
  'dataset.one-sided': {
    meaning: 'Every document would be held out, or none.',
    fix: 'Use more documents, change evaluation.holdout, or set it to 0 to evaluate on the training activations.',
  },
  'extraction.invalid-model': {
    meaning: 'The description of the model is wrong.',
    fix: 'Fix the field that the message names.',
  },
  'extraction.invalid-dataset': {
    meaning: 'The description of the dataset is wrong.',
    fix: 'Fix the field that the message names.',
  },
  'extraction.invalid-hooks': {
    meaning: 'The list of hooks is wrong.',
    fix: 'Name at least one hook, each a text.',
  },
  'synthesis.invalid': {
    meaning: 'The settings of the synthetic activations are wrong.',
    fix: 'Fix the field that the message names. docs/reference.md lists every setting.',
  },
  'import.invalid': {
    meaning: 'The description of imported activations is wrong.',
    fix: 'Fix the field that the message names. docs/reference.md lists every setting.',
  },
  'import.no-files': {
    meaning: 'No file of activations or document ids matches the path.',
    fix: 'Correct the path. In an experiment, relative paths start at the folder of its file.',
  },
  'import.mixed-files': {
    meaning: 'The path matches files of two formats, or of another format.',
    fix: 'Narrow the path to .npy or to .safetensors files.',
  },
  'import.unreadable': {
    meaning: 'A file of activations is truncated or damaged, or is not in the format of its extension.',
    fix: 'Write the file again.',
  },
  'import.tensor': {
    meaning:
      'It is unclear which tensor is meant, or the file does not have it. The message lists the tensors.',
    fix: 'Set tensor, or documentIds, to one of them.',
  },
  'import.shape': {
    meaning: 'An array has no rows, too many axes, or rows of other dimensions than the first file.',
    fix: 'Write the activations as rows × dimensions, and document ids with one axis.',
  },
  'import.dtype': {
    meaning: 'The dtype of an array is not supported.',
    fix: 'Write activations as float32 or float16, and document ids as integers.',
  },
  'import.fortran-order': {
    meaning: 'A .npy file is stored column by column.',
    fix: 'Save it with np.save(path, np.ascontiguousarray(array)).',
  },
  'import.document-ids': {
    meaning: 'There are not as many document ids as rows.',
    fix: 'Write one id per row, in the order of the rows.',
  },
  'extraction.invalid-settings': {
    meaning: 'The settings of the extraction do not fit the model.',
    fix: 'Fix the field that the message names.',
  },
  'extraction.input-changed': {
    meaning: 'The model or the dataset changed while activations were extracted.',
    fix: 'Run the command again when nothing writes to these files.',
  },
  'activations.missing': {
    meaning: 'The folder holds no complete activations.',
    fix: 'Extract them; an interrupted extraction continues where it stopped.',
  },
  'activations.corrupted': {
    meaning: 'A file of activations is damaged.',
    fix: 'Run the sweep again: it extracts the damaged part again, with the same bytes.',
  },
  'activations.unreadable': {
    meaning: 'A file of activations cannot be opened.',
    fix: 'Make it readable, or use another data folder.',
  },
  'activations.no-space': {
    meaning: 'The activations do not fit on the disk.',
    fix: 'Free some space, lower activations.maxRows, stream in smaller windows, or use a data folder on another disk.',
  },
  'activations.not-finite': {
    meaning: 'Some activations are not finite.',
    fix: 'Check the export of the model, try another hook, or use weights of higher precision.',
  },
  'activations.float16-overflow': {
    meaning: 'An activation is too large for float16.',
    fix: 'Set activations.dtype to float32.',
  },
  'activations.constant': {
    meaning: 'All training activations are equal, so there is nothing to learn.',
    fix: 'Use another hook. For synthetic activations, raise active or rows.',
  },
  'activations.out-of-range': {
    meaning: 'The squares of the activations do not fit into float32.',
    fix: 'Set training.normalize to true, or scale the activations.',
  },
  'activations.invalid-split': {
    meaning: 'The fraction to hold out is not in [0, 1).',
    fix: 'Hold out less than everything.',
  },
  'activations.empty-split': {
    meaning: 'No activation is left on one side of the split.',
    fix: 'Extract more documents, or change the fraction that is held out.',
  },
  'activations.differ': {
    meaning: 'A worker would extract other activations than the sweep was planned with.',
    fix: 'Copy the model and the documents from the other machine, or use a data folder that both reach.',
  },
  'activations.other-stream': {
    meaning: 'A saved position belongs to another stream of batches.',
    fix: 'Use the seed and bufferBytes that the position was made with.',
  },
} as const satisfies Record<string, ErrorInfo>;
