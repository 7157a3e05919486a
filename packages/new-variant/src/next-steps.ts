import { placesToEdit, type VariantFiles } from './template.ts';
import { identifierOf } from './variant-name.ts';

/** What to do with a new variant, for its author. */
export function nextSteps(name: string, files: VariantFiles): string {
  const folder = `packages/variants/${name}`;
  const source = `${folder}/src/${name}.ts`;
  const places = placesToEdit(files[`src/${name}.ts`]!).map(
    ({ line, what }) => `       ${source}:${line}  ${what}`,
  );
  return `
Created ${folder}, a ReLU autoencoder with an L1 penalty that trains as it is. Next:

  1. Put in the paper's mathematics at the numbered comments, and describe it in README.md:
${places.join('\n')}

  2. pnpm test ${folder}

  3. Compare it: copy experiments/topk-vs-relu-l1.ts and add the variant:
       import { ${identifierOf(name)} } from '@sae-lab/${name}';
       variants: [${identifierOf(name)}({ l1: [1, 2, 4] }), topk({ k: [10, 21, 59] })],
     Then run pnpm sweep experiments/YOUR-FILE.ts

Run pnpm docs:generate to add the variant to docs/reference.md.
docs/adding-a-variant.md goes through these steps with a variant from a paper.`;
}
