import { visibleText } from '@sae-lab/command-line';
import { inRanges, listHooks, type ListedHook } from '@sae-lab/core/activations';
import { modelSource } from '../plan/activations-source.ts';
import type { Reporter } from '../report/events.ts';
import { downloadReporter } from '../report/download-text.ts';
import type { TextSink } from '../report/json-lines.ts';
import { tableLines } from '../report/text-table.ts';
import { writeLines } from '../report/write-lines.ts';

/** Prints the hooks of a model. Hooks that differ only in the layer share a line, which is also a glob of them. */
export async function printHooks(
  model: string,
  { json }: { readonly json: boolean },
  output: TextSink,
  progress: Reporter,
): Promise<void> {
  const hooks = await listHooks(modelSource(model), {
    warn: (message) => progress.report({ type: 'sweep.warning', message }),
    onDownload: downloadReporter(progress),
  });
  progress.close();
  if (json) {
    const lines = hooks.map(({ name, aliases, dIn }) =>
      JSON.stringify({ type: 'hook', name, aliases, dimensions: dIn }),
    );
    return writeLines(output, lines);
  }
  const columns = [
    { head: 'hook', align: 'left' },
    { head: 'dimensions', align: 'right' },
    { head: 'also named', align: 'left' },
  ] as const;
  await writeLines(output, tableLines(columns, rowsOf(hooks)));
}

function rowsOf(hooks: readonly ListedHook[]): string[][] {
  // Grouped by everything but the layer, so that names on a line belong together.
  const groups = Map.groupBy(hooks, ({ name, aliases, dIn }) =>
    JSON.stringify([withoutLayer(name), aliases.map(withoutLayer), dIn]),
  );
  return [...groups.values()].map((group) => {
    const aliases = group[0]!.aliases.map((_, i) => group.map((hook) => hook.aliases[i]!));
    return [rangesOf(group.map(({ name }) => name)), String(group[0]!.dIn), aliases.map(rangesOf).join('\n')];
  });
}

function rangesOf(names: readonly string[]): string {
  return visibleText(inRanges(names).join(', '));
}

function withoutLayer(name: string): string {
  return name.replace(/\.\d+(?=\.|$)/, '.#');
}
