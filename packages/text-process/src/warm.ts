import { isDeepStrictEqual } from 'node:util';
import { TextModel, type TextSae } from '@sae-lab/core/text';
import type { Database, SaeSubject } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { findSource } from './find-source.ts';
import type { SaeSource } from './sae-source.ts';

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

/** SAEs with the model that they read. */
export interface Loaded {
  readonly model: TextModel;
  readonly saes: readonly { readonly source: SaeSource; readonly sae: TextSae }[];
  readonly settings: SaeSource['settings'];
}

/** What stays in memory between requests: one model with its hooks, and the last SAEs. */
export class Warm {
  readonly #options: WarmOptions;
  #model: { readonly key: unknown; readonly opened: TextModel } | undefined;
  /** By their hash, the last used one at the end. */
  readonly #saes = new Map<string, TextSae>();

  constructor(options: WarmOptions) {
    this.#options = options;
  }

  /**
   * Loads some SAEs, and their model. Texts are cut as for the activations of the first one.
   *
   * @throws {SaeLabError} `text.*`, `sae.*`, `model.*`, `hub.*`, `extraction.input-changed`
   */
  async load(subjects: readonly SaeSubject[]): Promise<Loaded> {
    const { database, dataDir } = this.#options;
    const sources: SaeSource[] = [];
    for (const subject of subjects) sources.push(await findSource(database, subject, dataDir));
    const [first] = sources as [SaeSource];
    for (const source of sources) if (!isOneModel(first, source)) throw otherModel(first, source);
    const model = await this.#modelOf(sources);
    const saes: { source: SaeSource; sae: TextSae }[] = [];
    for (const [index, source] of sources.entries()) {
      const sae = await this.#saeOf(source);
      const { dIn } = model.hooks[index]!;
      if (sae.dIn !== dIn) throw wrongWidth(source, sae.dIn, dIn);
      saes.push({ source, sae });
    }
    return { model, saes, settings: first.settings };
  }

  async #modelOf(sources: readonly SaeSource[]): Promise<TextModel> {
    const { dataDir, threads, onLoad } = this.#options;
    const [{ model, settings }] = sources as [SaeSource];
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

  async #saeOf({ hash, load }: SaeSource): Promise<TextSae> {
    const known = this.#saes.get(hash);
    this.#saes.delete(hash);
    if (known === undefined) {
      this.#options.onLoad();
      for (const [old, sae] of [...this.#saes].slice(0, Math.max(0, this.#saes.size - MOST_SAES + 1))) {
        sae.dispose();
        this.#saes.delete(old);
      }
    }
    await this.#options.device;
    const sae = known ?? (await load());
    this.#saes.set(hash, sae);
    return sae;
  }
}

/** A folder and a name on the hub may be one model: its files say. */
function isOneModel(first: SaeSource, { hook, model }: SaeSource): boolean {
  const isSameGraph = hook.name === first.hook.name && hook.graphSha256 === first.hook.graphSha256;
  return (
    hook.tokenizerSha256 === first.hook.tokenizerSha256 &&
    (isSameGraph || isDeepStrictEqual(model, first.model))
  );
}

function otherModel(first: SaeSource, other: SaeSource): SaeLabError {
  return new SaeLabError('text.other-model', {
    problem: `${other.name} belongs to another model than ${first.name}`,
    field: 'with',
    expected: 'an SAE of the same model',
    fix: 'Compare two SAEs of one model.',
  });
}

function wrongWidth({ name, hook }: SaeSource, received: number, dIn: number): SaeLabError {
  return new SaeLabError('sae.wrong-width', {
    problem: `${name} does not fit the activations of ${hook.name}`,
    field: hook.name,
    expected: `an SAE of activations of ${dIn} numbers (d_in)`,
    received: String(received),
    fix: 'Evaluate or train it on activations of its model.',
  });
}
