// `pnpm new:variant NAME`: a working variant to start from, linked into the workspace.
import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { install } from './install.ts';
import { nextSteps } from './next-steps.ts';
import { writeVariant } from './write-variant.ts';

const USAGE =
  'pnpm new:variant NAME, in kebab case: writes packages/variants/NAME and lists it for experiments';

async function newVariant(args: readonly string[]): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) return console.log(`usage: ${USAGE}`);
  const [name] = args;
  if (name === undefined || args.length > 1) {
    throw new SaeLabError('new-variant.usage', {
      problem: name === undefined ? 'the name is missing' : 'one name at a time',
      expected: USAGE,
      ...(name !== undefined && { received: args.join(' ') }),
    });
  }
  const root = join(import.meta.dirname, '../../..');
  const files = await writeVariant(root, name);
  install(root);
  console.log(nextSteps(name, files));
}

try {
  await newVariant(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SaeLabError)) throw error;
  console.error(`error ${error.code}\n${error.message}`);
  process.exitCode = error.code === 'new-variant.install-failed' ? 1 : 2;
}
