import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, fromBinary, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import * as fc from 'fast-check';
import { ModelProtoSchema, TensorProto_DataLocation, type ModelProto } from 'onnx-buf';
import { afterAll, describe, expect, it } from 'vitest';
import { damaged, damages } from '../../../testing/damaged-bytes.ts';
import { settled } from '../../../testing/refusal.ts';
import { MODEL } from '../../test-support.ts';
import { cutGraph } from './cut-graph.ts';
import { resolveHooks } from './hooks.ts';
import { withNames, type LanguageModel } from './language-model.ts';
import { graphFiles, readModelGraph } from './model-graph.ts';

// ONNX Runtime itself is not tested here: how it handles a hostile graph is outside our control.
const RUNS = { seed: 1, numRuns: 300 };
const FLOAT = 1;
const SHIPPED_HOOKS = ['blocks.2.hook_mlp_out', 'blocks.0.hook_resid_pre', 'gpt_neox.layers.1'];
const MADE_UP_HOOKS = ['m.0', 'm.1', 'm', 'blocks.0.hook_mlp_out'];

const folder = mkdtempSync(join(tmpdir(), 'sae-lab-graph-'));
const path = join(folder, 'model.onnx');
afterAll(() => rmSync(folder, { recursive: true }));

/** The shipped model with one row of each weight: a complete real graph, without the megabytes. */
const thin = ((): Uint8Array => {
  const model = fromBinary(ModelProtoSchema, readFileSync(join(MODEL.folder, 'onnx/model.onnx')));
  for (const weight of model.graph!.initializer) {
    if (weight.dims.length !== 2) continue;
    weight.dims[0] = 1n;
    weight.rawData = weight.rawData.slice(0, 4 * Number(weight.dims[1]));
  }
  return toBinary(ModelProtoSchema, model);
})();

/** Does everything that happens before a session opens: resolves each hook and cuts the graph there. */
async function openAndCut(hooks: readonly string[] = MADE_UP_HOOKS): Promise<number> {
  const read = await readModelGraph(path);
  const config = { modelType: 'gpt_neox', layers: 6, contextLength: 128, heads: 4 };
  const { graph, named } = withNames(read, config);
  expect(graphFiles(graph).every((file) => file.startsWith(folder))).toBe(true);
  const model: LanguageModel = {
    files: { name: 'thin', folder, config: '', graph: path, tokenizer: [], specialTokens: [] },
    config,
    named,
    tokenizer: {
      encode: () => [],
      decode: () => '',
      tokenText: () => undefined,
      bosTokenId: null,
      bosIsItsOwn: false,
      specialTokenIds: new Set(),
    },
    graph,
  };
  let cuts = 0;
  for (const name of hooks) {
    const { value, error } = await settled(async () => {
      const [hook] = resolveHooks(model, [name]);
      return { hook: hook!, cut: await cutGraph(graph, [hook!.tensor]) };
    });
    if (error !== undefined) {
      expect(error.code).toMatch(/^(hook|model)\.[a-z0-9-]+$/);
      continue;
    }
    const { hook, cut } = value;
    expect(hook.dIn).toBeGreaterThan(0);
    expect(hook.dIn).toBeLessThan(2 ** 31);
    expectSelfContained(fromBinary(ModelProtoSchema, cut.bytes), hook.tensor);
    cuts++;
  }
  return cuts;
}

/** Every tensor is produced exactly once, and before it is read. */
function expectSelfContained({ graph }: ModelProto, output: string): void {
  const there = new Set(['', ...[...graph!.input, ...graph!.initializer].map(({ name }) => name)]);
  const wrong: string[] = [];
  for (const node of graph!.node) {
    wrong.push(...node.input.filter((name) => !there.has(name)));
    for (const made of node.output) {
      if (made !== '' && there.has(made)) wrong.push(made);
      there.add(made);
    }
  }
  if (!there.has(output)) wrong.push(output);
  expect(wrong).toEqual([]);
}

/** The error code with which a file is refused, or 'cut'. */
async function outcomeOf(bytes: Uint8Array, hooks: readonly string[]): Promise<string> {
  writeFileSync(path, bytes);
  const { error } = await settled(() => openAndCut(hooks));
  return error?.code ?? 'cut';
}
const REFUSED_OR_CUT = /^(cut|model\.unreadable|model\.merged-decoder)$/;

const names = fc.constantFrom('', 'a', 'b', 'c', 'd', 'x', 'w', 't0', 't1', 't7');
const someNames = fc.array(names, { maxLength: 3 });
const dims = fc.array(
  fc.oneof(fc.bigInt(0n, 4n), fc.constantFrom(-1n, 2n ** 31n, 2n ** 40n, 2n ** 63n - 1n, -(2n ** 63n))),
  { maxLength: 3 },
);
const operators = fc.constantFrom(
  'MatMul',
  'Add',
  'Mul',
  'Gather',
  'Relu',
  'Identity',
  'LayerNormalization',
  'Loop',
  '',
);
const rarely = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 15, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: values });

/** Mostly in a valid order: node i produces t{i} from x, w and earlier tensors. */
const nodes = fc
  .array(
    fc.record({
      name: fc.constantFrom('/m/0/Op', '/m/1/Op', '/m/0/inner/Op', '/m/Op', 'Op', '', '////', '/m.0/..'),
      opType: operators,
      sources: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      strange: rarely(fc.record({ input: someNames, output: someNames })),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((drafts) =>
    drafts.map(({ sources, strange, ...node }, i) => {
      const known = ['x', 'w', ...Array.from({ length: i }, (_, made) => `t${made}`)];
      const sound = { input: sources.map((source) => known[source % known.length]!), output: [`t${i}`] };
      return { ...node, ...(strange ?? sound) };
    }),
  );
const graphs: fc.Arbitrary<MessageInitShape<typeof ModelProtoSchema>> = fc
  .record({
    node: nodes,
    weight: fc.tuple(fc.bigInt(0n, 4n), fc.bigInt(1n, 4n)),
    strange: rarely(
      fc.record({
        initializer: fc.array(
          fc.record({
            name: names,
            dims,
            dataType: fc.constantFrom(FLOAT, FLOAT, 7, 99),
            rawData: fc.uint8Array({ maxLength: 32 }),
          }),
          { maxLength: 3 },
        ),
        input: fc.array(fc.record({ name: names }), { maxLength: 2 }),
        output: fc.array(fc.record({ name: names }), { maxLength: 2 }),
      }),
    ),
    valueInfo: fc.array(
      fc.record({ name: names, dims }).map(({ name, dims: sizes }) => ({
        name,
        type: {
          value: {
            case: 'tensorType' as const,
            value: {
              elemType: FLOAT,
              shape: { dim: sizes.map((value) => ({ value: { case: 'dimValue' as const, value } })) },
            },
          },
        },
      })),
      { maxLength: 2 },
    ),
  })
  .map(({ weight, strange, ...graph }) => {
    const rawData = new Uint8Array(4 * Number(weight[0] * weight[1]));
    const sound = {
      initializer: [{ name: 'w', dims: weight, dataType: FLOAT, rawData }],
      input: [{ name: 'x' }],
      output: [{ name: `t${graph.node.length - 1}` }],
    };
    return { graph: { ...graph, ...(strange ?? sound) } };
  });

const encoded = (model: MessageInitShape<typeof ModelProtoSchema>): Uint8Array =>
  toBinary(ModelProtoSchema, create(ModelProtoSchema, model));

describe('an ONNX file', () => {
  it('of the shipped model is cut at its hooks', async () => {
    writeFileSync(path, thin);
    expect(await openAndCut(SHIPPED_HOOKS)).toBe(3);
  });

  it('of the shipped model, damaged, is refused or cut into valid graphs', () =>
    fc.assert(
      fc.asyncProperty(damages, async (done) => {
        expect(await outcomeOf(damaged(thin, done), SHIPPED_HOOKS)).toMatch(REFUSED_OR_CUT);
      }),
      RUNS,
    ));

  it('of random bytes is refused', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        writeFileSync(path, bytes);
        expect((await settled(() => openAndCut())).error?.code).toBe('model.unreadable');
      }),
      RUNS,
    ));

  it('of any graph, valid or not, is refused or cut into valid graphs', () =>
    fc.assert(
      fc.asyncProperty(graphs, async (model) => {
        expect(await outcomeOf(encoded(model), MADE_UP_HOOKS)).toMatch(REFUSED_OR_CUT);
      }),
      { ...RUNS, numRuns: 3000 },
    ));

  it('of a graph that lost or duplicated a part is refused or cut into valid graphs', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom('node', 'initializer', 'input', 'output'),
        fc.constantFrom('lost', 'doubled', 'moved'),
        fc.nat(),
        fc.nat(),
        async (part, change, at, to) => {
          const model = fromBinary(ModelProtoSchema, thin);
          const parts = model.graph![part] as unknown[];
          const [one] = parts.splice(at % parts.length, 1);
          if (change === 'doubled') parts.splice(at % (parts.length + 1), 0, one, one);
          if (change === 'moved') parts.splice(to % (parts.length + 1), 0, one);
          expect(await outcomeOf(encoded(model), [SHIPPED_HOOKS[at % 3]!])).toMatch(REFUSED_OR_CUT);
        },
      ),
      RUNS,
    ));

  it.each([
    ['a node that reads its own output', [{ input: ['a'], output: ['a'] }]],
    [
      'a cycle of nodes',
      [
        { input: ['b'], output: ['a'] },
        { input: ['a'], output: ['b'] },
      ],
    ],
    ['a tensor that no node produces', [{ input: ['nothing'], output: ['a'] }]],
    [
      'a tensor that two nodes produce',
      [
        { input: ['x'], output: ['a'] },
        { input: ['x'], output: ['a'] },
      ],
    ],
    ['an output that no node produces', [{ input: ['x'], output: ['b'] }]],
  ])('with %s is refused', async (_, edges) => {
    const node = edges.map((edge, i) => ({ name: `/m/${i}/Op`, opType: 'Identity', ...edge }));
    writeFileSync(path, encoded({ graph: { node, input: [{ name: 'x' }], output: [{ name: 'a' }] } }));
    const { error } = await settled(() => openAndCut());
    expect(error?.code).toBe('model.unreadable');
    expect(error?.message).toMatch(/a|nothing/);
  });

  it('with a very long chain of nodes is read', async () => {
    const length = 20_000;
    const node = Array.from({ length }, (_, i) => ({
      name: i === length - 1 ? '/m/0/Op' : '/n/Op',
      opType: i === 0 ? 'MatMul' : 'Relu',
      input: i === 0 ? ['x', 'w'] : [`t${i - 1}`],
      output: [`t${i}`],
    }));
    const initializer = [{ name: 'w', dims: [2n, 3n], dataType: FLOAT, rawData: new Uint8Array(24) }];
    const output = [{ name: `t${length - 1}` }];
    writeFileSync(path, encoded({ graph: { node, initializer, input: [{ name: 'x' }], output } }));
    expect(await openAndCut()).toBeGreaterThan(0);
  });

  it('cannot refer to weights outside its folder', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom('../w.bin', '/etc/passwd', 'a/../../w.bin', '..', '', '.', '..\\w.bin'),
        async (location) => {
          writeFileSync(path, externalWeights([['location', location]]));
          expect((await settled(() => openAndCut())).error?.code).toBe('model.unreadable');
        },
      ),
      { ...RUNS, numRuns: 50 },
    ));

  it('is refused unless the range of its weights is valid', () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.integer({ min: -30, max: 60 }).map(String),
          fc.constantFrom('x', '1e9', '', '9'.repeat(30)),
        ),
        fc.oneof(fc.integer({ min: -30, max: 60 }).map(String), fc.constantFrom('x', '1e9', '', undefined)),
        async (offset, length) => {
          writeFileSync(join(folder, 'w.bin'), new Uint8Array(48));
          writeFileSync(
            path,
            externalWeights([
              ['location', 'w.bin'],
              ['offset', offset],
              ...(length === undefined ? [] : [['length', length] as const]),
            ]),
          );
          const { value, error } = await settled(async () => cutGraph(await readModelGraph(path), ['a']));
          const end = length === undefined ? 48 : Number(offset) + Number(length);
          const sound =
            /^\d+$/.test(offset) && /^\d+$/.test(length ?? '0') && end - Number(offset) === 24 && end <= 48;
          if (sound)
            expect(fromBinary(ModelProtoSchema, value!.bytes).graph!.initializer[0]!.rawData).toHaveLength(
              24,
            );
          else expect(error?.code).toBe('model.unreadable');
        },
      ),
      RUNS,
    ));
});

/** x · w with w, [2, 3], in a separate file. */
function externalWeights(externalData: (readonly [string, string])[]): Uint8Array {
  return encoded({
    graph: {
      node: [{ name: '/m/0/Op', opType: 'MatMul', input: ['x', 'w'], output: ['a'] }],
      initializer: [
        {
          name: 'w',
          dims: [2n, 3n],
          dataType: FLOAT,
          dataLocation: TensorProto_DataLocation.EXTERNAL,
          externalData: externalData.map(([key, value]) => ({ key, value })),
        },
      ],
      input: [{ name: 'x' }],
      output: [{ name: 'a' }],
    },
  });
}
