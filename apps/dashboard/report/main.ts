// `pnpm report SWEEP`: writes a sweep as a folder that needs no server.
import { runMain } from '@sae-lab/command-line';
import { reportCommand } from './command.ts';

await runMain(reportCommand, async (args) => (await import('./run-report.ts')).runReport(args));
