import { expect, test } from 'vitest';
import { evaluationInWords, trainingInWords } from './in-words.ts';

test('a run in words', () => {
  const training = {
    batchSize: 256,
    steps: 20,
    learningRate: 3e-4,
    warmup: 0.05,
    decay: 0.2,
    sparsityWarmup: 0.05,
    gradientClip: 1,
    normalize: true,
  };
  expect(trainingInWords(training, 20)).toEqual([
    'Trained for 20 steps of 256 activations, with Adam at a learning rate of 3e−4, rising over the first 5 % of the run and falling to 0 over the last 20 %.',
    'Sparsity terms rise over the first 5 %.',
    'The gradient is clipped to a norm of 1.',
    'Activations are scaled to a mean squared norm of their dimension.',
  ]);
});

test.each([
  [
    { tokens: 300_000, batchSize: 512 },
    /^Trained on 300\D?000 activations, 512 activations a step \(586 steps\),/,
  ],
  [
    { epochs: 2, batchSize: 'all' },
    /^Trained for 2 passes over the training set, the whole training set a step/,
  ],
])('the length %j', (length, text) => {
  const off = {
    learningRate: 1e-3,
    warmup: 0,
    decay: 0,
    sparsityWarmup: 0,
    gradientClip: null,
    normalize: false,
  };
  const [first, ...others] = trainingInWords({ ...off, ...length }, 586);
  expect(first).toMatch(text);
  expect(first).toMatch(/learning rate of 0\.001\.$/);
  expect(others).toEqual([]);
});

test('an evaluation in words', () => {
  expect(evaluationInWords({ holdout: 0.1 })).toBe(
    'Evaluated on 10 % of the documents, which no run trains on.',
  );
  expect(evaluationInWords({ holdout: 0, maxTokens: 500 })).toBe(
    'Evaluated on the training activations, on at most 500 activations.',
  );
});
