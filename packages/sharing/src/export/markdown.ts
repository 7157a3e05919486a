import { stringify } from 'yaml';

/** The header of a model card, which the hub reads. */
export interface CardHeader {
  readonly baseModels: readonly string[];
  readonly datasets: readonly string[];
}

export function frontMatter({ baseModels, datasets }: CardHeader): string {
  const header = {
    library_name: 'saelens',
    tags: ['sparse-autoencoder', 'saelens', 'mechanistic-interpretability', 'sae-lab'],
    ...(baseModels.length > 0 && { base_model: [...baseModels] }),
    ...(datasets.length > 0 && { datasets: [...datasets] }),
  };
  return `---\n${stringify(header)}---`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
