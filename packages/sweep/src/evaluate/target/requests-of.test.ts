import { describe, expect, it } from 'vitest';
import { requestsOf } from './requests-of.ts';

const documents = { dataset: { kind: 'jsonl', path: 'corpus.jsonl', textField: 'text' } } as const;
const synthetic = {
  dataset: {
    kind: 'synthetic',
    features: 8,
    dIn: 4,
    active: 2,
    frequencyExponent: 0,
    strengths: { law: 'uniform', low: 0, high: 1 },
    noise: 0,
    rows: 100,
    seed: 0,
  },
} as const;
const imported = { dataset: { kind: 'activations', files: './acts/*.npy' } } as const;
type Source = Parameters<typeof requestsOf>[1]['source'];

function asked(source: Source, only?: readonly string[]): { names: string[]; warnings: string[] } {
  const warnings: string[] = [];
  const requests = requestsOf({ only, tokens: undefined }, { also: [], source }, (sentence) =>
    warnings.push(sentence),
  );
  return { names: requests.map(({ name }) => name), warnings };
}

describe('every evaluation', () => {
  it('leaves out the truth on a language model, and says why', () => {
    const { names, warnings } = asked(documents);
    expect(names).toContain('ce');
    expect(names).not.toContain('truth');
    expect(warnings).toEqual([
      "The evaluation 'truth' is left out: it needs activations of kind 'synthetic'.",
    ]);
  });

  it('leaves out those of text on synthetic activations, and says why', () => {
    const { names, warnings } = asked(synthetic);
    expect(names).toEqual(['reconstruction', 'geometry', 'truth']);
    expect(warnings).toHaveLength(4);
    expect(warnings[0]).toBe("The evaluation 'ce' is left out: it needs a language model and its documents.");
  });

  it('leaves out both on imported activations', () => {
    expect(asked(imported).names).toEqual(['reconstruction', 'geometry']);
  });
});

it('refuses settings that another version stored', () => {
  const also = [{ name: 'ce', settings: { maxTokens: 100, oldSetting: 1 } }];
  expect(() =>
    requestsOf({ only: ['ce'], tokens: undefined }, { also, source: documents }, () => {}),
  ).toThrow(
    expect.objectContaining({
      code: 'evaluation.no-data',
      message: expect.stringMatching(/evaluation 'ce' cannot be used: .*oldSetting/s) as string,
    }) as Error,
  );
});

it.each([
  ['truth', documents, 'evaluation.no-truth', 'jsonl'],
  ['truth', imported, 'evaluation.no-truth', 'activations'],
  ['ce', synthetic, 'evaluation.needs-text', 'synthetic'],
])('refuses %s by name on these data', (name, source, code, kind) => {
  expect(() => asked(source, [name])).toThrow(
    expect.objectContaining({
      code,
      message: expect.stringContaining(`--only: the evaluation '${name}' needs`) as string,
    }) as Error,
  );
  expect(() => asked(source, [name])).toThrow(`'${kind}'`);
});
