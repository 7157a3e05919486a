import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { environment } from '@sae-lab/command-line';
import { SaeLabError } from '@sae-lab/errors';
import type { Hyper } from '@sae-lab/core';
import { Conversation, HOW_TO, lastLine } from './conversation.ts';

/** A case, as peer.py receives it. */
export interface PeerCase {
  variant: string;
  hyper: Hyper;
  dIn: number;
  dSae: number;
  batch: number;
  threads: number;
  /** Mean active latents per row, set by the bias. Null: fixed by the variant, or as initialised. */
  l0: number | null;
  /** Whether few enough latents are active for sparse peers. */
  isSparse: boolean;
  deadLatents: number;
  deadAfterTokens: number;
  decoderNorm: 'unit' | 'free';
  optimizer: {
    learningRate: number;
    beta1: number;
    beta2: number;
    epsilon: number;
    gradientClip: number | null;
  };
}

interface Greeting {
  /** Names of the peers, all warmed up. */
  peers: string[];
  /** The reason for each peer that is missing, by its name. */
  absent: Record<string, string>;
  versions: Record<string, string>;
}

const SCRIPT = fileURLToPath(new URL('peer.py', import.meta.url));
const VARIABLE = 'SAE_LAB_PEERS_PYTHON';

/**
 * The Python that can import these modules.
 *
 * @throws {SaeLabError} `bench.python-missing`, `bench.torch-missing`
 */
export function findPython(modules: readonly string[] = ['torch']): string {
  const python = environment(VARIABLE) ?? 'python3';
  const { error, status, stderr } = spawnSync(python, ['-c', `import ${modules.join(', ')}`], {
    encoding: 'utf8',
  });
  if (error !== undefined) {
    throw new SaeLabError('bench.python-missing', {
      problem: `'${python}' does not start (${error.message}), so the Python peers are left out`,
      field: VARIABLE,
      fix: HOW_TO,
      cause: error,
    });
  }
  if (status !== 0) {
    throw new SaeLabError('bench.torch-missing', {
      problem: `'${python}' cannot import ${modules.join(', ')} (${lastLine(stderr)}), so the Python peers are left out`,
      field: VARIABLE,
      fix: HOW_TO,
    });
  }
  return python;
}

/**
 * Starts and warms up the peers of a case.
 *
 * @throws SaeLabError `bench.peer-failed`
 */
export async function startPeers(python: string, entry: PeerCase): Promise<Peers> {
  const talk = new Conversation(python, SCRIPT);
  return new Peers(talk, await talk.ask<Greeting>(entry));
}

/** The peers of one case, in a separate process that idles between the steps it is asked for. */
export class Peers {
  readonly names: readonly string[];
  readonly absent: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly #talk: Conversation;

  constructor(talk: Conversation, { peers, absent, versions }: Greeting) {
    this.#talk = talk;
    this.names = peers;
    this.absent = absent;
    this.versions = versions;
  }

  /**
   * Runs one step of a peer and returns its milliseconds.
   *
   * @throws SaeLabError `bench.peer-failed`
   */
  async step(name: string): Promise<number> {
    return (await this.#talk.ask<{ ms: number }>({ step: name })).ms;
  }

  close(): void {
    this.#talk.end();
  }
}
