import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useCpuBackend } from '@sae-lab/kernels';
import { beforeAll, expect, it } from 'vitest';
import { folderOf, goldenExports } from '../../activations/extraction/model/exported/golden-exports.ts';
import { locateModel } from '../../activations/extraction/model/locate-model.ts';
import { openModel } from '../../activations/extraction/model/open-model.ts';
import { goldenSequences, SPLICES } from '../../activations/extraction/model/splice/spliced-golden.ts';
import { temporaryFolder } from '../../activations/test-support.ts';
import { loadSae } from '../../sae/saelens-format.ts';
import { SparseEncoder } from '../../sae/sparse-encoder.ts';
import { ceSettings } from './ce-settings.ts';
import { spliceAll } from './splice-all.ts';

type Losses = [loss: number, divergence: number];
interface Golden {
  readonly clean: number;
  readonly hooks: Record<string, Record<'sae' | 'zero' | 'mean', Losses>>;
}
const golden = JSON.parse(readFileSync(join(SPLICES, 'losses.json'), 'utf8')) as Record<string, Golden>;
/** Rounded weights change the losses; the SAE's selection may then differ too. */
const EXACT = new Set(['optimum', 'fused']);

beforeAll(() => useCpuBackend({ threads: 1 }));

it.each(goldenExports().filter(({ model }) => model in golden))(
  '$model exported as $form has the losses that transformers computes with a hook',
  async ({ model: name, form }) => {
    const sae = await loadSae(join(SPLICES, 'sae'));
    const encoder = new SparseEncoder(sae);
    const model = await openModel(await locateModel({ kind: 'folder', folder: folderOf(name, form) }));
    const pieces = goldenSequences(name).map((tokens, document) => {
      const positions = tokens.map((_, position) => position).slice(1, -1);
      return {
        piece: { document, documentHash: document, index: 0, tokens, selected: positions },
        positions,
      };
    });
    const rows = pieces.reduce((sum, { positions }) => sum + positions.length, 0);
    const meanOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / rows;
    const { clean, hooks } = golden[name]!;
    for (const [hookName, expected] of Object.entries(hooks)) {
      const [hook] = model.resolve([hookName]);
      const spliced = await model.openSpliced(hook!, { threads: 1, dataDir: temporaryFolder() });
      try {
        const found = await spliceAll(
          spliced,
          { pieces, rows },
          {
            saes: [encoder],
            mean: sae.tensors['W_dec']!.data.slice(0, sae.dIn),
            settings: ceSettings.parse({}),
          },
        );
        const within = EXACT.has(form) ? 1e-4 : 0.5;
        const close = (value: number, expected: number, what: string): void =>
          expect(Math.abs(value - expected), `${hookName} ${what}`).toBeLessThan(within);
        close(meanOf(found.clean), clean, 'clean');
        close(meanOf(found.zero.loss), expected['zero'][0], 'zero');
        close(meanOf(found.zero.divergence), expected['zero'][1], 'zero');
        close(meanOf(found.mean.loss), expected['mean'][0], 'mean');
        if (!EXACT.has(form)) continue;
        close(meanOf(found.saes[0]!.loss), expected['sae'][0], 'sae');
        close(meanOf(found.saes[0]!.divergence), expected['sae'][1], 'sae');
      } finally {
        await spliced.close();
      }
    }
    encoder.dispose();
  },
);
