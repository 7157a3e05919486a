// Misspelt on purpose.
// cspell:ignore nsomee somee topkk
import { spawnSync } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadExperiment } from './load-experiment.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sae-lab-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function loadText(name: string, text: string): Promise<unknown> {
  await writeFile(join(folder, name), text);
  return loadExperiment(join(folder, name));
}

describe('loadExperiment', () => {
  it('refuses a missing file and a folder', async () => {
    await expect(loadExperiment(join(folder, 'none.ts'))).rejects.toMatchObject({
      code: 'experiment.not-found',
    });
    await expect(loadExperiment(folder)).rejects.toMatchObject({ code: 'experiment.not-found' });
  });

  it('refuses a file without a sweep and names what it exports', async () => {
    await expect(loadText('empty.ts', 'export const x: number = 1;')).rejects.toMatchObject({
      code: 'experiment.no-sweep',
      details: { received: 'no default export' },
    });
    await expect(loadText('plain.ts', 'export default { name: "x" };')).rejects.toMatchObject({
      code: 'experiment.no-sweep',
      details: { received: 'default export {"name":"x"}' },
    });
  });

  it('makes paths absolute, and refuses a path without its leading dot', async () => {
    await mkdir(join(folder, 'org', 'model'), { recursive: true });
    const file = (name: string): string => JSON.stringify(join(import.meta.dirname, name));
    let files = 0;
    const load = (model: string, dataset: string): Promise<unknown> =>
      loadText(
        `sweep-${files++}.ts`,
        `import { defineSweep } from ${file('define-sweep.ts')};
         import { linear } from ${file('../testing/linear-variant.ts')};
         export default defineSweep({
           name: 'x', model: ${model}, dataset: ${dataset}, hooks: ['h'], variants: [linear({ l1: 1 })],
           widths: [8], seeds: [0], training: { steps: 1 },
         });`,
      );
    expect(await load("'./org/model'", "'./org/*.parquet'")).toMatchObject({
      definition: {
        model: join(folder, 'org/model'),
        dataset: { kind: 'files', path: join(folder, 'org/*.parquet') },
      },
    });
    const byName = { model: 'org/other', dataset: { kind: 'hub', id: 'org/data' } };
    expect(await load("'org/other'", "'org/data'")).toMatchObject({ definition: byName });
    for (const [model, dataset, field] of [
      ["'org/model'", "'org/data'", 'model'],
      ["'org/other'", "'org/model'", 'dataset'],
    ] as const) {
      await expect(load(model, dataset)).rejects.toMatchObject({
        code: 'sweep.invalid',
        details: { field, received: '"org/model"' },
      });
    }
    const variant = (id: string): string => `{ id: '${id}', dtype: 'q8' }`;
    expect(await load(variant('./org/model'), "'org/data'")).toMatchObject({
      definition: { model: { id: join(folder, 'org/model'), dtype: 'q8' } },
    });
    await expect(load(variant('org/model'), "'org/data'")).rejects.toMatchObject({
      details: { field: 'model', received: '"org/model"' },
    });
    await expect(load("{ id: './org/model', revision: 'main' }", "'org/data'")).rejects.toMatchObject({
      details: { field: 'model.revision' },
    });
    const revision = "{ id: 'org/model', revision: 'main' }";
    expect(await load(revision, "'org/data'")).toMatchObject({ definition: { model: { id: 'org/model' } } });
  });

  it.each([
    ["'./ids/*.npy'", 'ids/*.npy'],
    ["'image'", undefined],
  ])('makes the paths of imported activations absolute, with the ids %s', async (ids, path) => {
    const file = (name: string): string => JSON.stringify(join(import.meta.dirname, name));
    const text = `import { defineSweep } from ${file('define-sweep.ts')};
      import { linear } from ${file('../testing/linear-variant.ts')};
      export default defineSweep({
        name: 'x', dataset: { kind: 'activations', files: './acts/*.npy', documentIds: ${ids} },
        variants: [linear({ l1: 1 })], widths: [8], seeds: [0], training: { steps: 1 },
      });`;
    expect(await loadText(`own-${path === undefined}.ts`, text)).toMatchObject({
      definition: {
        dataset: {
          files: join(folder, 'acts/*.npy'),
          documentIds: path === undefined ? 'image' : join(folder, path),
        },
      },
    });
  });

  it('reports why a file cannot be imported', async () => {
    await expect(loadText('throws.ts', 'throw new TypeError("no good");')).rejects.toMatchObject({
      code: 'experiment.import-failed',
      message: expect.stringContaining('TypeError: no good'),
    });
    await expect(loadText('missing.ts', 'import "./not-there.ts";')).rejects.toMatchObject({
      code: 'experiment.import-failed',
      message: expect.stringContaining('not-there.ts'),
    });
  });
});

/** Imports with Node itself, because the test runner's import has different errors. */
describe('loadExperiment of a file that cannot be imported', () => {
  const cases: [string, Record<string, string>, string | RegExp][] = [
    [
      'a syntax error in an imported file',
      {
        'main.ts': "import { ks } from './helper.ts';",
        'helper.ts': 'export const ks = [1, 2\nexport const w = 1;',
      },
      "FOLDER/helper.ts:2: cannot be imported: SyntaxError: Expected ',', got 'export' (imported by FOLDER/main.ts)",
    ],
    [
      'an error thrown by an imported file',
      { 'main.ts': "import './helper.ts';", 'helper.ts': '\n\nthrow new TypeError("no good");' },
      'FOLDER/helper.ts:3: cannot be imported: TypeError: no good (imported by FOLDER/main.ts)',
    ],
    [
      'a missing file, imported by an imported file',
      { 'main.ts': "import './helper.ts';", 'helper.ts': "\nimport './not-there.ts';" },
      'FOLDER/helper.ts:2: imports FOLDER/not-there.ts, which does not exist (imported by FOLDER/main.ts). ' +
        'Create the file, or correct the path.',
    ],
    [
      'an import without the extension',
      { 'main.ts': "import './there';", 'there.ts': '' },
      "FOLDER/main.ts:1: imports FOLDER/there, which does not exist. Write './there.ts': an import needs the full name of the file.",
    ],
    [
      'a missing package',
      { 'main.ts': "\n\nimport 'not-a-package/sub';", 'package.json': '{ "type": "module" }' },
      'FOLDER/main.ts:3: imports the package not-a-package, which is not installed. ' +
        'Add it to FOLDER/package.json: `pnpm --dir FOLDER add not-a-package`.',
    ],
    [
      'a missing export',
      { 'main.ts': "\nimport { nothing } from './helper.ts';", 'helper.ts': 'export const some = 1;' },
      "FOLDER/main.ts:2: cannot be imported: SyntaxError: The requested module './helper.ts' does not provide an export named 'nothing'. " +
        'It exports some.',
    ],
    [
      'a misspelt export',
      { 'main.ts': "\nimport { somme } from './helper.ts';", 'helper.ts': 'export const some = 1;' },
      "FOLDER/main.ts:2: cannot be imported: SyntaxError: The requested module './helper.ts' does not provide an export named 'somme'. " +
        "Write 'some'.",
    ],
    [
      'a misspelt variant',
      {
        'main.ts': "import { some } from './helper.ts';\n\nsomee({ k: 8 });",
        'helper.ts': 'export const some = 1;',
      },
      "FOLDER/main.ts:3: cannot be imported: ReferenceError: somee is not defined. Write 'some', which the file imports.",
    ],
    [
      'a variant that is not imported',
      { 'main.ts': 'topkk({ k: 8 });' },
      'FOLDER/main.ts:1: cannot be imported: ReferenceError: topkk is not defined. ' +
        "Write 'topk', and import it: `import { topk } from '@sae-lab/topk';`.",
    ],
    [
      'an unknown name',
      { 'main.ts': 'window.open();' },
      'FOLDER/main.ts:1: cannot be imported: ReferenceError: window is not defined',
    ],
    [
      'a misspelt package of the project',
      { 'main.ts': "import '@sae-lab/top-k';", 'package.json': '{ "type": "module" }' },
      "FOLDER/main.ts:1: imports the package @sae-lab/top-k, which is not installed. Write '@sae-lab/topk'.",
    ],
    [
      'a package of the project that does not exist',
      { 'main.ts': "import '@sae-lab/something-else';", 'package.json': '{ "type": "module" }' },
      /imports the package @sae-lab\/something-else, which is not installed. Expected one of \d+, the nearest being @sae-lab\/.*\.$/,
    ],
    [
      'null, thrown',
      { 'main.ts': 'throw null;' },
      'FOLDER/main.ts: cannot be imported: it, or a file that it imports, throws null instead of an Error. ' +
        'Throw an Error, which has a file and line.',
    ],
    [
      'undefined, thrown',
      { 'main.ts': 'throw undefined;' },
      'FOLDER/main.ts: cannot be imported: it, or a file that it imports, throws undefined instead of an Error. ' +
        'Throw an Error, which has a file and line.',
    ],
  ];
  let messages: string[];

  beforeAll(async () => {
    for (const [index, [, files]] of cases.entries()) {
      await mkdir(join(folder, `case-${index}`));
      for (const [name, text] of Object.entries(files)) {
        await writeFile(join(folder, `case-${index}`, name), text);
      }
    }
    const script = `
      import { loadExperiment } from ${JSON.stringify(new URL('load-experiment.ts', import.meta.url).href)};
      const messages = [];
      for (const index of ${JSON.stringify([...cases.keys()])}) {
        const file = ${JSON.stringify(folder)} + '/case-' + index + '/main.ts';
        await loadExperiment(file).catch(({ code, message }) => messages.push(code + ' ' + message));
      }
      process.stdout.write(JSON.stringify(messages));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    messages = JSON.parse(stdout) as string[];
  });

  it.each(cases.map(([what, , expected], index) => ({ what, expected, index })))(
    'names file and line, and what to do: $what',
    ({ expected, index }) => {
      const message = messages[index]!.replaceAll(join(folder, `case-${index}`), 'FOLDER');
      if (expected instanceof RegExp) expect(message).toMatch(expected);
      else expect(message).toBe(`experiment.import-failed ${expected}`);
    },
  );

  it('reports a top-level await that never settles, where Node would end without a message', async () => {
    const file = join(folder, 'forever.ts');
    await writeFile(file, 'await new Promise(() => {});');
    const script = `
      import { loadExperiment } from ${JSON.stringify(new URL('load-experiment.ts', import.meta.url).href)};
      await loadExperiment(${JSON.stringify(file)}).catch(({ message }) => process.stdout.write(message));`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toContain(`${file}: cannot be imported: a top-level await never settles`);
  });
});
