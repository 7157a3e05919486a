import {
  extractCommand,
  evaluateCommand,
  queueCommand,
  kernelsCommand,
  memoryCommand,
  qualityCommand,
  scalingCommand,
  trainCommand,
} from '@sae-lab/bench/commands';
import type { Command } from '@sae-lab/command-line';
import { benchCommand as dashboardBenchCommand } from '@sae-lab/dashboard/bench-command';
import { command as dashboardCommand } from '@sae-lab/dashboard/command';
import { psqlCommand, serveCommand, stopCommand } from '@sae-lab/db/commands';
import { command as newVariantCommand } from '@sae-lab/new-variant/command';
import { exportCommand, plotCommand, pullCommand, pushCommand, saeCommand } from '@sae-lab/sharing/commands';
import {
  command as sweepCommand,
  evaluateCommandLine,
  explainCommandLine,
  ingestCommand,
  workerCommandLine,
} from '@sae-lab/sweep/reference';
import { command as faultsCommand } from '@sae-lab/tests/faults/command';
import { command as docsCommand } from './command.ts';

/** Every command with a parser of ours, in the order of docs/reference.md. `pnpm test` has vitest's. */
export const COMMANDS: readonly Command[] = [
  sweepCommand,
  workerCommandLine,
  ingestCommand,
  evaluateCommandLine,
  explainCommandLine,
  dashboardCommand,
  saeCommand,
  exportCommand,
  pushCommand,
  pullCommand,
  plotCommand,
  newVariantCommand,
  serveCommand,
  stopCommand,
  psqlCommand,
  docsCommand,
  faultsCommand,
  trainCommand,
  qualityCommand,
  evaluateCommand,
  dashboardBenchCommand,
  scalingCommand,
  extractCommand,
  queueCommand,
  kernelsCommand,
  memoryCommand,
];
