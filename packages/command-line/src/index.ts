export { readArguments, type Arguments, type OptionKinds } from './read-arguments.ts';
export { outliveReaders } from './standard-streams.ts';
