// `pnpm new:variant NAME`: a working variant to start from, linked into the workspace.
import { join } from 'node:path';
import { outliveReaders, readArguments } from '@sae-lab/command-line';
import { SaeLabError } from '@sae-lab/errors';
import { install } from './install.ts';
import { nextSteps } from './next-steps.ts';
import { writeVariant } from './write-variant.ts';

const USAGE =
  'pnpm new:variant NAME, in kebab case: writes packages/variants/NAME and lists it for experiments';

async function newVariant(args: readonly string[]): Promise<void> {
  const read = readArguments(args, { name: 'pnpm new:variant', options: {}, operands: 1 });
  if (read === undefined) return console.log(`usage: ${USAGE}`);
  const [name] = read.operands;
  if (name === undefined) {
    throw new SaeLabError('cli.usage', { problem: 'the name is missing', expected: USAGE });
  }
  const root = join(import.meta.dirname, '../../..');
  const files = await writeVariant(root, name);
  install(root);
  console.log(nextSteps(name, files));
}

outliveReaders();
try {
  await newVariant(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SaeLabError)) throw error;
  console.error(`error ${error.code}\n${error.message}`);
  process.exitCode = error.code === 'new-variant.install-failed' ? 1 : 2;
}
