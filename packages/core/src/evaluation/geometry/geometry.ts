import { z } from 'zod';
import { defineEvaluation } from '../contract.ts';
import { figuresOfDictionary } from './dictionary-figures.ts';

/** The geometry of a dictionary: norms of its decoder rows, and how much they point in the same direction. */
export const geometry = defineEvaluation({
  name: 'geometry',
  version: 1,
  meaning: 'Norms of the decoder rows, and cosines among them and with the encoder.',
  needs: 'weights',
  settings: z.strictObject({}),
  figures: [
    'decoder_norm',
    'decoder_max_cosine',
    'decoder_max_cosine_07',
    'decoder_max_cosine_09',
    'encoder_decoder_cosine',
  ],
  histograms: ['decoder_norms', 'decoder_max_cosines', 'encoder_decoder_cosines'],
  async evaluate({ saes, signal, onProgress }) {
    const results = [];
    for (const [done, { sae }] of saes.entries()) {
      const { figures, histograms } = await figuresOfDictionary(sae, signal);
      results.push({ figures, histograms, intervals: {}, tokens: 0, documents: 0 });
      onProgress?.({ done: done + 1, total: saes.length, unit: 'SAEs' });
    }
    return results;
  },
});
