import { SaeLabError } from '@sae-lab/errors';
import type { DownloadProgress } from '@sae-lab/hub';
import type { ExtractionSettings } from '../activations/extraction/extraction-settings.ts';
import type { ActivationSession } from '../activations/extraction/model/activation-session.ts';
import type { Hook } from '../activations/extraction/model/hooks.ts';
import { locateModel } from '../activations/extraction/model/locate-model.ts';
import type { ModelSource } from '../activations/extraction/model/model-source.ts';
import { openModel } from '../activations/extraction/model/open-model.ts';
import type { OpenedModel } from '../activations/extraction/model/opened-model.ts';
import type { SteerableModel } from '../activations/extraction/model/splice/steerable-model.ts';
import { modelHashes } from '../activations/extraction/model-hashes.ts';
import { DATASET_START } from '../activations/extraction/dataset/windows.ts';
import { WatchedFiles } from '../activations/extraction/watched-files.ts';
import { createWindowRunner } from '../activations/extraction/window-runner.ts';
import { decodeFloat16, encodeFloat16 } from '../activations/store/float16.ts';
import { cutText, type CutText } from './cut-text.ts';

export interface TextModelSpec {
  readonly model: ModelSource;
  /** What the activations of each hook were extracted with, which the model is checked against. */
  readonly hooks: readonly {
    readonly name: string;
    readonly graphSha256: string;
    readonly tokenizerSha256: string;
  }[];
  /** How texts are cut, and which positions give activations. */
  readonly settings: ExtractionSettings;
  readonly dataDir: string;
  /** Threads of ONNX Runtime. */
  readonly threads: number;
  readonly onDownload?: ((progress: DownloadProgress) => void) | undefined;
}

/** A text with its activations. */
export interface TextActivations extends CutText {
  /** Of each hook, [rows, dIn]. */
  readonly activations: readonly Float32Array[];
}

/** A language model that reads texts. Its sessions are opened when they are first used, and stay open. */
export class TextModel {
  readonly model: OpenedModel;
  readonly hooks: readonly Hook[];
  readonly #spec: TextModelSpec;
  #session: Promise<ActivationSession> | undefined;
  readonly #steerable = new Map<string, Promise<SteerableModel>>();

  /**
   * Finds the model and checks that it is the one that the activations come from.
   *
   * @throws {SaeLabError} `extraction.input-changed`, `model.*`, `hook.*`, `hub.*`
   */
  static async open(spec: TextModelSpec): Promise<TextModel> {
    const model = await openModel(await locateModel(spec.model, { onDownload: spec.onDownload }));
    const hooks = model.resolve(spec.hooks.map(({ name }) => name));
    const { tokenizerSha256, graphs } = await modelHashes(model, hooks, new WatchedFiles(), spec.dataDir);
    for (const [index, { name, ...expected }] of spec.hooks.entries()) {
      const graphSha256 = graphs.get(hooks[index]!.tensor);
      if (graphSha256 === expected.graphSha256 && tokenizerSha256 === expected.tokenizerSha256) continue;
      throw new SaeLabError('extraction.input-changed', {
        problem: 'the model changed after the SAE was trained',
        field: `${model.files.folder}, hook ${name}`,
        expected: 'the model and the tokenizer that the activations were extracted with',
        fix: 'Restore the files, or train on the new ones.',
      });
    }
    return new TextModel(model, hooks, spec);
  }

  private constructor(model: OpenedModel, hooks: readonly Hook[], spec: TextModelSpec) {
    this.model = model;
    this.hooks = hooks;
    this.#spec = spec;
  }

  /** @throws {SaeLabError} `model.unknown-token` */
  cut(text: string): CutText {
    return cutText(text, this.model.tokenizer, this.#spec.settings);
  }

  /**
   * The activations of a text, rounded as the extraction stores them. The last bits may differ from stored ones, which
   * were computed in other batches.
   *
   * @throws {SaeLabError} `model.*`, `activations.not-finite`; an AbortError if the signal is aborted
   */
  async read(text: string, signal?: AbortSignal): Promise<TextActivations> {
    const cut = this.cut(text);
    const { settings } = this.#spec;
    // Two hooks may be one tensor.
    const distinct = [...new Map(this.hooks.map((hook) => [hook.tensor, hook])).values()];
    this.#session ??= this.model.open(distinct, this.#spec).catch((error: unknown) => {
      // The next text tries again.
      this.#session = undefined;
      throw error;
    });
    const runner = createWindowRunner(await this.#session, distinct, settings);
    const window = { start: DATASET_START, end: DATASET_START, pieces: cut.pieces, skipped: [] };
    const found = cut.rows === 0 ? [] : await runner.run(window, Infinity, signal);
    return {
      ...cut,
      activations: this.hooks.map(({ tensor, dIn }) => {
        const index = distinct.findIndex((hook) => hook.tensor === tensor);
        const values = found[index]?.activations.slice(0, cut.rows * dIn) ?? new Float32Array(0);
        return settings.dtype === 'float16' ? inHalfPrecision(values) : values;
      }),
    };
  }

  /** @throws {SaeLabError} `hook.not-spliceable`, `model.*`, `hub.*` */
  steerable(hook: Hook): Promise<SteerableModel> {
    let opened = this.#steerable.get(hook.tensor);
    if (opened === undefined) {
      opened = this.model.openSteerable(hook, this.#spec);
      opened.catch(() => this.#steerable.delete(hook.tensor));
      this.#steerable.set(hook.tensor, opened);
    }
    return opened;
  }

  async close(): Promise<void> {
    for (const opened of [this.#session, ...this.#steerable.values()]) {
      await opened?.then(
        (session) => session.close(),
        () => {},
      );
    }
  }
}

function inHalfPrecision(values: Float32Array): Float32Array {
  const bits = new Uint16Array(values.length);
  encodeFloat16(values, bits);
  decodeFloat16(bits, values);
  return values;
}
