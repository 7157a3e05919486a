/** What a program that loads an SAE starts with, and how it loads it. */
export interface SaelensProgram {
  /** The text of the module's docstring. */
  readonly about: string;
  /** A Python expression for the folder of the SAE. */
  readonly folder: string;
  /** Further imports, one line each, before those of packages. */
  readonly imports?: readonly string[];
  /** What comes between the imports and the loading, e.g. constants. */
  readonly before?: string;
  /** What it does with `sae`. */
  readonly after: string;
}

/**
 * A Python program that loads an SAE with SAELens. `pnpm sae export` writes one that also checks values; the dashboard
 * shows one for a folder.
 */
export function saelensProgram({ about, folder, imports = [], before, after }: SaelensProgram): string {
  const standard = imports.length === 0 ? '' : `${imports.join('\n')}\n\n`;
  return `"""${about}"""

${standard}import torch
from sae_lens import SAE

${before === undefined ? '' : `${before}\n\n`}sae = SAE.load_from_disk(${folder}, device="cpu")
${after}
`;
}

/** A text as a literal of Python. JSON's escapes mean the same there, apart from halves of characters, which paths lack. */
export function pythonText(text: string): string {
  return JSON.stringify(text);
}
