import { extractedWith, heldOutActivations, loadSubject, requireUsable, TextSae } from '@sae-lab/core/text';
import { saeById, type Database, type SaeRow } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { loadStoredSae, storedSource } from '@sae-lab/sweep/files';
import { dataOfSae, modelSource, type DataOfSae } from '@sae-lab/sweep/source';
import type { SaeSource } from './sae-source.ts';

/**
 * An SAE that no run trained, with the model that it was last evaluated on.
 *
 * @throws {SaeLabError} `text.no-sae`, `text.no-model`, `evaluation.no-data`
 */
export async function bareSource({ db }: Database, saeId: number, dataDir: string): Promise<SaeSource> {
  const row = await saeById(db, saeId);
  if (row === undefined) throw noSae(saeId);
  const data = await dataOfSae(db, row, dataDir);
  const extracted = extractedWith(data.row.manifest);
  const { model } = data.source;
  if (extracted === undefined || model === undefined) throw noModel(row);
  const { graphSha256, tokenizerSha256 } = extracted.model;
  return {
    subject: { saeId },
    name: `SAE ${saeId}`,
    hash: row.saeHash,
    model: modelSource(model),
    hook: { name: row.hook, graphSha256, tokenizerSha256 },
    settings: extracted.settings,
    async load() {
      const sae = row.kind === 'foreign' ? await loadStoredSae(row) : await madeBaseline(row, data);
      requireUsable(sae, row.source, { hook: row.hook, dIn: data.row.dIn });
      return TextSae.of(sae);
    },
  };
}

async function madeBaseline(row: SaeRow, { activations: place }: DataOfSae) {
  const activations = await heldOutActivations(place).catch((cause: unknown) => {
    throw new SaeLabError('text.no-sae', {
      problem: `the baseline ${row.name} is made from activations that cannot be read`,
      field: place.folder,
      received: (cause as Error).message,
      fix: `Run \`pnpm evaluate sae-${row.id}\`, which makes the activations again.`,
      cause,
    });
  });
  return loadSubject(storedSource(row), { activations });
}

function noSae(saeId: number): SaeLabError {
  return new SaeLabError('text.no-sae', {
    problem: `the database has no SAE ${saeId}`,
    field: 'sae',
    expected: 'an SAE that was evaluated',
    received: 'an unknown SAE',
    fix: 'Choose another SAE.',
  });
}

function noModel({ id, hook }: SaeRow): SaeLabError {
  return new SaeLabError('text.no-model', {
    problem: `SAE ${id} was not evaluated on activations of a language model, so it cannot read text`,
    field: `hook ${hook}`,
    expected: 'an SAE on the activations of a language model',
    received: 'synthetic or imported activations',
    fix: 'Evaluate it on a model: `pnpm evaluate` with --like, or with --model and --dataset.',
  });
}
