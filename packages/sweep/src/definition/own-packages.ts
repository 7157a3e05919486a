import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '@sae-lab/command-line';

interface OwnPackage {
  readonly name: string;
  /** The path of its package.json. */
  readonly manifest: string;
  readonly isVariant: boolean;
}

/** The packages of this workspace that an experiment can import. */
export function ownPackages(): OwnPackage[] {
  return globSync('packages/{*,variants/*}/package.json', { cwd: PROJECT_ROOT }).map((path) => {
    const manifest = join(PROJECT_ROOT, path);
    const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name: string };
    return { name, manifest, isVariant: path.startsWith(join('packages', 'variants')) };
  });
}
