import { openActivationSession } from './activation-session.ts';
import { openBuilt } from './built-model.ts';
import { exportedHooks, resolveHooks } from './hooks.ts';
import { openExported, type LanguageModel } from './language-model.ts';
import { graphFiles } from './model-graph.ts';
import type { ModelFiles } from './model-source.ts';
import type { OpenedModel } from './opened-model.ts';
import { openSpliced } from './splice/open-spliced.ts';
import { openSteerable } from './splice/open-steerable.ts';
import { wholeInMemory } from './splice/whole-graph.ts';
import { lastResidual, openExportedUnembedding } from './unembedding.ts';

/**
 * Opens a model. Runs nothing yet.
 *
 * @throws {SaeLabError} `model.*`
 */
export async function openModel(files: ModelFiles): Promise<OpenedModel> {
  return files.graph === undefined ? openBuilt(files) : exported(await openExported(files));
}

function exported(model: LanguageModel): OpenedModel {
  const files = graphFiles(model.graph);
  return {
    files: model.files,
    config: model.config,
    tokenizer: model.tokenizer,
    hooks: () => exportedHooks(model),
    resolve: (names) => resolveHooks(model, names),
    filesOf: (hooks) => Promise.resolve(new Map(hooks.map(({ tensor }) => [tensor, files]))),
    openUnembedding: (hook, options) => {
      const residual = lastResidual(exportedHooks(model), model.config.layers);
      return openExportedUnembedding(model, hook, residual, options);
    },
    buildVersion: undefined,
    open: (hooks, options) => openActivationSession(model, hooks, options),
    openSpliced: (hook, options) =>
      openSpliced(wholeInMemory({ ...model, hooks: exportedHooks(model) }), hook, options),
    openSteerable: (hook, options) =>
      openSteerable(wholeInMemory({ ...model, hooks: exportedHooks(model) }), hook, options),
  };
}
