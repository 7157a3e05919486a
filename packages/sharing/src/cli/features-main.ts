// `pnpm export-features`
import { runMain } from '@sae-lab/command-line';
import { exportFeaturesCommand } from './commands.ts';

await runMain(exportFeaturesCommand, async (args) =>
  (await import('./run-export-features.ts')).runExportFeatures(args),
);
