import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluationsOfSweep, openDatabase, runsOfSweep } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { evaluate, newDataDir, sweep } from './sweep-command.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await newDataDir();
});
afterAll(() => removeDataDir(dataDir));

it(
  'evaluates a streamed sweep on the first window, without extracting the rest',
  { timeout: 300_000 },
  async () => {
    expect((await sweep('streamed-evaluated.ts', dataDir)).code).toBe(0);
    // Evaluating again finds everything done, and geometry needs no activations.
    expect((await evaluate('streamed-evaluated', dataDir, ['--only', 'reconstruction,geometry'])).code).toBe(
      0,
    );

    // The ring, and its first window.
    const folders = readdirSync(join(dataDir, 'activations')).toSorted((a, b) => a.length - b.length);
    expect(folders).toEqual([expect.stringMatching(/^[\da-f]+$/), expect.stringMatching(/\.ring$/)]);
    const manifest = readFileSync(join(dataDir, 'activations', folders[0]!, 'manifest.json'), 'utf8');
    expect(JSON.parse(manifest)).toMatchObject({ rows: 2500 });
    const database = await openDatabase({ dataDir, url: '' });
    try {
      const [run] = await runsOfSweep(database.db, 1);
      const evaluations = await evaluationsOfSweep(database.db, 1);
      const ofRun = evaluations.filter(({ runId }) => runId === run!.id);
      expect(ofRun.map(({ name }) => name).toSorted()).toEqual(['ce', 'geometry', 'reconstruction']);
      // On the same rows as the run's own figures.
      const { figures, tokens } = ofRun.find(({ name }) => name === 'reconstruction')!;
      expect(tokens).toBe(run!.figures['evaluation_tokens']);
      expect(figures['explained_variance']!.value).toBe(run!.figures['explained_variance']);
      expect(evaluations.filter(({ saeId }) => saeId !== null).length).toBeGreaterThan(0);
    } finally {
      await database.close();
    }
  },
);
