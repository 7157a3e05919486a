// `pnpm new:variant NAME`
import { beforeStart, PROJECT_ROOT, runMain } from '@sae-lab/command-line';
import { command } from './command.ts';
import { install } from './install.ts';
import { nextSteps } from './next-steps.ts';
import { writeVariant } from './write-variant.ts';

await runMain(command, async ({ operands }) => {
  const name = operands[0]!;
  const files = await beforeStart(() => writeVariant(PROJECT_ROOT, name));
  install(PROJECT_ROOT);
  console.log(nextSteps(name, files));
});
