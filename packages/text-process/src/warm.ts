import { isDeepStrictEqual } from 'node:util';
import { TextModel, TextSae } from '@sae-lab/core/text';
import type { Database, Run } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { runSource, saeFolder, type RunSource } from './run-source.ts';

/** SAEs that stay in memory. */
const MOST_SAES = 2;

interface WarmOptions {
  readonly database: Database;
  /** Until SAEs can be loaded; the model need not wait for it. */
  readonly device: Promise<unknown>;
  readonly dataDir: string;
  readonly threads: number;
  /** Called before something is loaded. */
  readonly onLoad: () => void;
}

/** SAEs of runs with the model that they read. */
export interface Loaded {
  readonly model: TextModel;
  readonly saes: readonly { readonly run: Run; readonly sae: TextSae }[];
  readonly settings: RunSource['settings'];
}

/** What stays in memory between requests: one model with its hooks, and the last SAEs. */
export class Warm {
  readonly #options: WarmOptions;
  #model: { readonly key: unknown; readonly opened: TextModel } | undefined;
  /** By the run's hash, the last used one at the end. */
  readonly #saes = new Map<string, TextSae>();

  constructor(options: WarmOptions) {
    this.#options = options;
  }

  /**
   * Loads the SAEs of some runs, and their model. Texts are cut as in the training of the first run.
   *
   * @throws {SaeLabError} `text.*`, `sae.*`, `model.*`, `hub.*`, `extraction.input-changed`
   */
  async load(runIds: readonly number[]): Promise<Loaded> {
    const { database } = this.#options;
    const sources: RunSource[] = [];
    for (const runId of runIds) sources.push(await runSource(database, runId));
    const [first] = sources as [RunSource];
    for (const { run, hook, model } of sources) {
      const isSame =
        hook.tokenizerSha256 === first.hook.tokenizerSha256 && isDeepStrictEqual(model, first.model);
      if (!isSame) throw otherModel(first.run, run);
    }
    const model = await this.#modelOf(sources);
    const saes: { run: Run; sae: TextSae }[] = [];
    for (const [index, { run }] of sources.entries()) {
      const sae = await this.#saeOf(run);
      const { dIn } = model.hooks[index]!;
      if (sae.dIn !== dIn) throw wrongWidth(run, sae.dIn, dIn);
      saes.push({ run, sae });
    }
    return { model, saes, settings: first.settings };
  }

  async #modelOf(sources: readonly RunSource[]): Promise<TextModel> {
    const { dataDir, threads, onLoad } = this.#options;
    const [{ model, settings }] = sources as [RunSource];
    const hooks = sources.map(({ hook }) => hook);
    const key = { model, settings, hooks };
    if (isDeepStrictEqual(key, this.#model?.key)) return this.#model!.opened;
    onLoad();
    // Two models at once may not fit into memory.
    await this.#model?.opened.close();
    this.#model = undefined;
    const opened = await TextModel.open({ model, settings, hooks, dataDir, threads });
    this.#model = { key, opened };
    return opened;
  }

  async #saeOf(run: Run): Promise<TextSae> {
    const known = this.#saes.get(run.runHash);
    this.#saes.delete(run.runHash);
    if (known === undefined) {
      this.#options.onLoad();
      for (const [hash, sae] of [...this.#saes].slice(0, Math.max(0, this.#saes.size - MOST_SAES + 1))) {
        sae.dispose();
        this.#saes.delete(hash);
      }
    }
    const { database, device, dataDir } = this.#options;
    await device;
    const sae = known ?? (await TextSae.load(await saeFolder(database, run, dataDir)));
    this.#saes.set(run.runHash, sae);
    return sae;
  }
}

function otherModel(first: Run, other: Run): SaeLabError {
  return new SaeLabError('text.other-model', {
    problem: `run ${other.id} was trained on another model than run ${first.id}`,
    field: 'with',
    expected: 'a run on the same model',
    fix: 'Compare two SAEs of one model.',
  });
}

function wrongWidth(run: Run, received: number, dIn: number): SaeLabError {
  return new SaeLabError('sae.wrong-width', {
    problem: `the SAE of run ${run.id} does not fit the activations of ${run.hook}`,
    field: run.hook,
    expected: `an SAE of activations of ${dIn} numbers (d_in)`,
    received: String(received),
    fix: 'Train the run again.',
  });
}
