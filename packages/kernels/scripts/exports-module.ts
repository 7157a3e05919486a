const HEADER = `// Generated from assembly/ by \`pnpm --filter @sae-lab/kernels build\`. Edit assembly/ instead.
`;
/** As in .oxfmtrc.json: the generated file is formatted like the others. */
const WIDTH = 110;

/** Turns the declarations that asc writes into the module that callers import. */
export function exportsModule(declarations: string): string {
  const functions = [...declarations.matchAll(/export function (\w+)\((.*?)\): (\w+);/g)].map(
    ([, name = '', params = '', result = '']) => ({ name, params: params.split(', '), result }),
  );
  const rowKernels = functions.filter(
    ({ params }) => params[0] === 'from: number' && params[1] === 'to: number',
  );
  return `${HEADER}
/** The exports of kernels.wasm. Every argument is a number or the offset of an array in memory. */
export interface KernelExports {
${functions.map(signature).join('\n')}
}

/** Kernels that compute a range of rows: their first two arguments. */
export const ROW_KERNELS = [
${rowKernels.map(({ name }) => `  '${name}',`).join('\n')}
] as const;
`;
}

function signature({ name, params, result }: { name: string; params: string[]; result: string }): string {
  const line = `  ${name}(${params.join(', ')}): ${result};`;
  if (line.length <= WIDTH) return line;
  return `  ${name}(\n${params.map((param) => `    ${param},`).join('\n')}\n  ): ${result};`;
}
