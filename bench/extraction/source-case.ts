/** What the processes of `pnpm bench:extract` are asked, and what they answer: a JSON line each. */

export const SOURCES = ['safetensors', 'onnx', 'notebook-loop', 'torch'] as const;
/** A way to get activations; docs/performance.md describes each. */
export type Source = (typeof SOURCES)[number];

/** The first message to a process. */
export interface SourceCase {
  readonly source: Source;
  /** Folder of the model, as safetensors or as an exported graph. */
  readonly folder: string;
  readonly layer: number;
  /** The MLP of that layer as a module path, which exported graphs of all architectures have. */
  readonly hook: string;
  readonly threads: number;
  /** A file of JSON lines with the text in `text`. */
  readonly corpus: string;
  /** Number of documents of a round. */
  readonly documents: number;
  /** Length to which documents are truncated. */
  readonly maxTokens: number;
}

/** The answer to each `{"round": true}`. */
export interface Round {
  readonly tokens: number;
  readonly ms: number;
  /** Of the process so far. */
  readonly peakRssMb: number;
}
