import {
  ENVIRONMENT,
  EXIT_CODES,
  exitCodesOf,
  optionRows,
  usageOf,
  type Command,
} from '@sae-lab/command-line';
import { BASELINES, EVALUATIONS, type EvaluationDefinition, type Variant } from '@sae-lab/core';
import { figuresIn } from '@sae-lab/measures';
import {
  DISTRIBUTIONS,
  importedSweepSchema,
  modelSweepSchema,
  syntheticSweepSchema,
  trainingSettings,
} from '@sae-lab/sweep/reference';
import { COMMANDS } from './commands.ts';
import { code, section, table } from './markdown.ts';
import { SETTING_HEADS, settingRows } from './settings.ts';
import { allVariants } from './variants.ts';

/** docs/reference.md */
export async function referencePage(): Promise<string> {
  return section(
    1,
    'Reference',
    'Every setting of a sweep, every hyperparameter, command, environment variable and exit code. ' +
      '[Errors](errors.md) are listed separately.',
    section(
      2,
      'Sweeps',
      'An experiment file exports `defineSweep({ … })`. A field that is not required and has no default is left out ' +
        "unless you need it. Relative paths start at the file's folder.",
      table(
        SETTING_HEADS,
        settingRows(modelSweepSchema).filter(([name]) => !/\[kind: '(synthetic|activations)'\]/.test(name!)),
      ),
    ),
    section(
      3,
      'Synthetic activations',
      "With `dataset: { kind: 'synthetic', … }` a sweep trains on activations of a known dictionary, and its SAEs are " +
        'also compared with that dictionary. It has no `model`, `hooks` or `activations`.',
      table(
        SETTING_HEADS,
        settingRows(syntheticSweepSchema).filter(([name]) => name!.startsWith("`dataset[kind: 'synthetic']")),
      ),
    ),
    section(
      3,
      'Your own activations',
      "With `dataset: { kind: 'activations', … }` a sweep trains on activations that another program computed. " +
        '[Your own model and data](your-own-model.md#your-own-activations) has examples. It has no `model`, `hooks` or ' +
        '`activations`.',
      table(
        SETTING_HEADS,
        settingRows(importedSweepSchema).filter(([name]) =>
          name!.startsWith("`dataset[kind: 'activations']"),
        ),
      ),
    ),
    section(3, 'Training', table(SETTING_HEADS, settingRows(trainingSettings, 'training.'))),
    section(
      3,
      'Axes and distributions',
      'A hyperparameter, and `training.learningRate`, takes one value, an array of values or a distribution. Arrays ' +
        'are a grid: every combination of their values is trained. Distributions are drawn `samples` times, and each ' +
        'draw is combined with every point of the grid.',
      table(
        ['distribution', 'draws'],
        DISTRIBUTIONS.map(([call, meaning]) => [code(call), meaning]),
      ),
    ),
    section(2, 'Variants', ...(await allVariants()).map(variantSection)),
    section(
      2,
      'Evaluations',
      "What a sweep's `evaluation.also` and `pnpm evaluate --only` name.",
      ...EVALUATIONS.map(evaluationSection),
    ),
    section(2, 'Baselines', "What a sweep's `baselines` name.", ...BASELINES.map(baselineSection)),
    section(2, 'Commands', TEST, ...COMMANDS.map(commandSection)),
    section(
      2,
      'Environment variables',
      'An empty variable counts as unset.',
      table(
        ['variable', 'effect'],
        Object.entries(ENVIRONMENT).map(([name, effect]) => [code(name), effect]),
      ),
    ),
    section(
      2,
      'Exit codes',
      table(
        ['code', 'meaning'],
        Object.entries(EXIT_CODES).map(([exitCode, meaning]) => [exitCode, meaning]),
      ),
    ),
  );
}

const TEST =
  'Every command prints its options with `--help`. `pnpm test` runs the tests: it passes its arguments to vitest ' +
  '(`pnpm test packages/db`) and ends with a line that counts passed and failed tests.';

function variantSection({ name, paper, hyper }: Variant): string {
  return section(
    3,
    name,
    `[Paper](${paper}) · [package](../packages/variants/${name})`,
    table(SETTING_HEADS, settingRows(hyper)),
  );
}

const NEEDS: Readonly<Record<EvaluationDefinition['needs'], string>> = {
  weights: 'the weights',
  activations: 'held-out activations',
  text: 'held-out documents and the language model',
  truth: 'synthetic activations, whose true features are known',
};

function evaluationSection({ name, meaning, needs, figures, settings }: EvaluationDefinition): string {
  return section(
    3,
    name,
    `${meaning} It needs ${NEEDS[needs]}.`,
    `Figures: ${figuresIn(figures)
      .map(({ key, label }) => `${label} (${code(key)})`)
      .join(', ')}.`,
    settingsTable(settings),
  );
}

function baselineSection({ name, meaning, settings }: (typeof BASELINES)[number]): string {
  return section(3, name, meaning, settingsTable(settings));
}

function settingsTable(settings: EvaluationDefinition['settings']): string {
  const rows = settingRows(settings);
  return rows.length === 0 ? 'It has no settings.' : table(SETTING_HEADS, rows);
}

function commandSection(command: Command): string {
  const { name, summary, operands = [], examples, notes = [], environment = [] } = command;
  const operandRows = operands.map((operand): [string, string] => [
    `<${operand.name}>`,
    operand.default === undefined ? operand.meaning : `${operand.meaning} (default: ${operand.default})`,
  ]);
  const rows = [...operandRows, ...optionRows(command)].map(([option, meaning]) => [code(option), meaning]);
  const codes = exitCodesOf(command).join(', ');
  return section(
    3,
    name,
    summary,
    `\`\`\`\n${[usageOf(command), '', ...examples].join('\n')}\n\`\`\``,
    table(['option', 'meaning'], rows),
    ...notes,
    `Exit codes: ${codes}.${environment.length === 0 ? '' : ` Environment: ${environment.map(code).join(', ')}.`}`,
  );
}
