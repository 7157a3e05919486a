import { placesToEdit, type VariantFiles } from './template.ts';
import { identifierOf } from './variant-name.ts';

/** What the author does with what was written. */
export function nextSteps(name: string, files: VariantFiles): string {
  const folder = `packages/variants/${name}`;
  const source = `${folder}/src/${name}.ts`;
  const places = placesToEdit(files[`src/${name}.ts`]!).map(
    ({ line, what }) => `       ${source}:${line}  ${what}`,
  );
  return `
${folder} is a ReLU autoencoder with an L1 penalty, which trains as it is. Next:

  1. Put in the paper's mathematics, where the numbered comments are, and say in README.md what it computes:
${places.join('\n')}

  2. pnpm test ${folder}

  3. Compare it: copy experiments/topk-vs-relu-l1.ts and write it into \`variants\`,
       import { ${identifierOf(name)} } from '@sae-lab/${name}';
       variants: [${identifierOf(name)}({ l1: [1, 2, 4] }), topk({ k: [10, 21, 59] })],
     then pnpm sweep experiments/YOUR-FILE.ts

docs/adding-a-variant.md does all three with a variant from the literature.`;
}
