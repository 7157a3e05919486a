import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { SaeLabError } from '@sae-lab/errors';
import type { Hyper } from '@sae-lab/core';

/** What peer.py is told of a case. */
export interface PeerCase {
  variant: string;
  hyper: Hyper;
  dIn: number;
  dSae: number;
  batch: number;
  threads: number;
  /** Mean latents on in a row, to be set by the bias; null where the variant fixes it, or as it is initialised. */
  l0: number | null;
  /** Whether so few latents are on that sparse peers make sense. */
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
  /** Why another one is not there, by its name. */
  absent: Record<string, string>;
  versions: Record<string, string>;
}

const SCRIPT = fileURLToPath(new URL('peer.py', import.meta.url));
const VARIABLE = 'SAE_LAB_PEERS_PYTHON';
const HOW_TO = 'See bench/peers/README.md.';

const ENVIRONMENT = {
  // Threads that wait for work sleep: they must not spin while it is another's turn.
  OMP_WAIT_POLICY: 'PASSIVE',
  KMP_BLOCKTIME: '0',
  // Memory that is freed stays the process's own. By default glibc gives large blocks back and every step then pays
  // for fetching them anew: a tenth of its time.
  MALLOC_MMAP_MAX_: '0',
  MALLOC_TRIM_THRESHOLD_: '100000000000',
};

/**
 * The Python that has PyTorch.
 *
 * @throws SaeLabError `bench.python-missing`, `bench.torch-missing`
 */
export function findPython(): string {
  const python = process.env[VARIABLE] ?? 'python3';
  const { error, status, stderr } = spawnSync(python, ['-c', 'import torch'], { encoding: 'utf8' });
  if (error !== undefined) {
    throw new SaeLabError('bench.python-missing', {
      problem: `'${python}' does not start (${error.message}), so there is nothing to compare with`,
      field: VARIABLE,
      fix: HOW_TO,
      cause: error,
    });
  }
  if (status !== 0) {
    throw new SaeLabError('bench.torch-missing', {
      problem: `'${python}' does not import torch (${lastLine(stderr)}), so there is nothing to compare with`,
      field: VARIABLE,
      fix: HOW_TO,
    });
  }
  return python;
}

/**
 * Starts the peers of a case, which warm up.
 *
 * @throws SaeLabError `bench.peer-failed`
 */
export async function startPeers(python: string, entry: PeerCase): Promise<Peers> {
  const child = spawn(python, [SCRIPT], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...ENVIRONMENT },
  });
  const talk = new Conversation(child);
  return new Peers(talk, await talk.ask<Greeting>(entry));
}

/** Peers of one case in a process of their own, idle but for the step they are asked for. */
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
   * Milliseconds of one step of a peer.
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

/** A JSON line out, a JSON line back. */
class Conversation {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<string>;
  #errors = '';

  constructor(child: ChildProcessByStdio<Writable, Readable, Readable>) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    // Also holds what libraries warn of, so only its end is kept, and shown only where it was the end of all.
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    // A process that has ended is told of below, not by the pipe to it.
    child.stdin.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
  }

  async ask<T>(message: unknown): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    const line = await this.#lines.next();
    if (line.done !== true) return JSON.parse(line.value) as T;
    const how = await this.#ended;
    throw new SaeLabError('bench.peer-failed', {
      problem: `the Python peer ended (${how}): ${lastLine(this.#errors)}`,
      // What ends a process from outside is mostly the system, short of memory.
      fix: how === 'SIGKILL' ? 'Was there too little memory?' : HOW_TO,
    });
  }

  end(): void {
    this.#child.stdin.end();
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
