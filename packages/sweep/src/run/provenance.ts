import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, cpus, hostname, platform } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hashOfFile } from '@sae-lab/core';
import type { ChosenDevice } from '@sae-lab/kernels';

/** The code, libraries and machine that made a run. */
export type Provenance = {
  /** Null outside a git checkout. */
  commit: string | null;
  /** Whether the checkout differs from the commit; null outside a git checkout. */
  dirty: boolean | null;
  /** sha256 of pnpm-lock.yaml; null where there is none. */
  lockfile: string | null;
  node: string;
  platform: string;
  cpu: { model: string; count: number };
  /** The machine and data folder that the run's files were written to. */
  hostname: string;
  dataDir: string;
  /** The process of `pnpm sweep` on that machine. */
  pid: number;
  /** The store that has the files too; null without one. */
  store: string | null;
  /** Threads of the run's worker process. */
  threads: number;
  device: ChosenDevice;
  versions: Record<string, string>;
  /** Commits of the model and the dataset, if they are on the hub, e.g. by `model EleutherAI/pythia-70m-deduped`. */
  commits: Record<string, string>;
  argv: string[];
};

/** Libraries whose version can change a result, each with our package that depends on it. */
const LIBRARIES = {
  '@tensorflow/tfjs': 'core',
  'onnxruntime-node': 'core',
  '@huggingface/transformers': 'core',
  '@sae-lab/kernels': 'core',
  '@sae-lab/core': 'sweep',
};

/** Collects the provenance of a sweep's runs. */
export async function gatherProvenance(
  projectRoot: string,
  {
    threads,
    device,
    dataDir,
    commits,
    store = null,
  }: Pick<Provenance, 'threads' | 'device' | 'dataDir' | 'commits'> & { store?: string | null },
): Promise<Provenance> {
  const [commit, status, lockfile, versions] = await Promise.all([
    git(projectRoot, 'rev-parse', 'HEAD'),
    git(projectRoot, 'status', '--porcelain'),
    hashOfFile(join(projectRoot, 'pnpm-lock.yaml')).catch(() => null),
    installedVersions(projectRoot),
  ]);
  const processors = cpus();
  return {
    commit,
    dirty: commit === null || status === null ? null : status !== '',
    lockfile,
    node: process.version,
    platform: `${platform()}-${arch()}`,
    cpu: { model: processors[0]?.model ?? 'unknown', count: processors.length },
    hostname: hostname(),
    dataDir,
    pid: process.pid,
    store,
    threads,
    device,
    versions,
    commits,
    argv: process.argv.slice(1),
  };
}

async function git(folder: string, ...args: string[]): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', args, { cwd: folder });
    return stdout.trim();
  } catch {
    return null;
  }
}

async function installedVersions(projectRoot: string): Promise<Record<string, string>> {
  const found = await Promise.all(
    Object.entries(LIBRARIES).map(async ([library, owner]) => {
      const version = await versionOf(library, join(projectRoot, 'packages', owner, 'package.json'));
      return version === null ? [] : [[library, version] as const];
    }),
  );
  return Object.fromEntries(found.flat());
}

/** Reads package.json directly: a package's `exports` may hide it from `require`. */
async function versionOf(library: string, ownerFile: string): Promise<string | null> {
  for (const folder of createRequire(ownerFile).resolve.paths(library) ?? []) {
    const text = await readFile(join(folder, library, 'package.json'), 'utf8').catch(() => null);
    if (text !== null) return (JSON.parse(text) as { version: string }).version;
  }
  return null;
}
