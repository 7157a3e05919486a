import { z } from 'zod';
import { extractionSettingsSchema } from '../activations/extraction/extraction-settings.ts';

const schema = z.object({
  model: z.object({ graphSha256: z.string(), tokenizerSha256: z.string() }),
  settings: extractionSettingsSchema,
});

/** What activations were extracted with. */
export type ExtractedWith = z.infer<typeof schema>;

/**
 * Reads the manifest of activations, as the database has it.
 *
 * @returns undefined for activations that do not come from a language model
 */
export function extractedWith(manifest: unknown): ExtractedWith | undefined {
  return schema.safeParse(manifest).data;
}
