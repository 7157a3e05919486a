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
  /** Mean active latents per row, for the bias to set; null if the variant fixes it, or to leave it as initialised. */
  l0: number | null;
  /** Whether few enough latents are active for the sparse peers. */
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
  /** Names of the peers, which are warmed up. */
  peers: string[];
  /** Why a peer is missing, by its name. */
  absent: Record<string, string>;
  versions: Record<string, string>;
}

const SCRIPT = fileURLToPath(new URL('peer.py', import.meta.url));
const VARIABLE = 'SAE_LAB_PEERS_PYTHON';
/**
 * The Python interpreter, which has these modules.
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
      problem: `'${python}' does not start (${error.message}), so no peers are measured`,
      field: VARIABLE,
      fix: HOW_TO,
      cause: error,
    });
  }
  if (status !== 0) {
    throw new SaeLabError('bench.torch-missing', {
      problem: `'${python}' cannot import ${modules.join(', ')} (${lastLine(stderr)}), so no peers are measured`,
      field: VARIABLE,
      fix: HOW_TO,
    });
  }
  return python;
}

/**
 * Starts the peers of a case and waits for their warm-up.
 *
 * @throws {SaeLabError} `bench.peer-failed`
 */
export async function startPeers(python: string, entry: PeerCase): Promise<Peers> {
  const talk = new Conversation(python, SCRIPT);
  return new Peers(talk, await talk.ask<Greeting>(entry));
}

/** The peers of one case, in a separate process that is idle between steps. */
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
   * Runs one step of a peer; returns its time in ms.
   *
   * @throws {SaeLabError} `bench.peer-failed`
   */
  async step(name: string): Promise<number> {
    return (await this.#talk.ask<{ ms: number }>({ step: name })).ms;
  }

  close(): void {
    this.#talk.end();
  }
}
