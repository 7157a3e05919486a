export { defineCommand, type Command, type Operand } from './command.ts';
export { environment, ENVIRONMENT, type EnvironmentVariable } from './environment.ts';
export { EXIT, EXIT_CODES, EXIT_OF_SIGNAL, type ExitCode } from './exit-codes.ts';
export { exitCodesOf, optionRows, usageOf } from './help.ts';
export {
  dataOption,
  duration,
  flag,
  integerBetween,
  integers,
  nameOfOption,
  option,
  positiveInteger,
  seconds,
  text,
  type Option,
  type Options,
  type OptionValues,
} from './options.ts';
export { printError } from './print-error.ts';
export { PROJECT_ROOT } from './project-root.ts';
export { readArguments, type Arguments } from './read-arguments.ts';
export { beforeStart, runMain } from './run-main.ts';
export { outliveReaders } from './standard-streams.ts';
export { visibleLines, visibleText } from './visible-text.ts';
