/** Typed access to the fields of a config.json. A field that is `null` counts as absent, as in `transformers`. */
import { SaeLabError, describeValue } from '@sae-lab/errors';
import type { JsonObject } from '../model-config.ts';

/** Far beyond any model. The limits keep a malformed config from exhausting memory. */
const LARGEST_SIZE = 2 ** 24;
const MOST_LAYERS = 1000;
const LONGEST_CONTEXT = 2 ** 31;

export class ConfigFields {
  /** Where the fields are from, for messages: the path of a config.json, or a field in it. */
  readonly source: string;
  readonly #fields: JsonObject;

  constructor(source: string, fields: JsonObject) {
    this.source = source;
    this.#fields = fields;
  }

  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  /** Whether the field is present and null. Some fields use null for "none". */
  isNull(name: string): boolean {
    return Object.hasOwn(this.#fields, name) && this.#fields[name] === null;
  }

  /** The raw value; undefined where the field is absent or null. */
  value(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? (this.#fields[name] ?? undefined) : undefined;
  }

  /** @throws {SaeLabError} `model.invalid-config` unless it is an integer from `least` to `most` */
  count(name: string, fallback?: number, { least = 1, most = LARGEST_SIZE } = {}): number {
    const isCount = (value: unknown): value is number =>
      Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
    return this.#read(name, fallback, isCount, `an integer from ${least} to ${most}`);
  }

  /** @throws {SaeLabError} `model.invalid-config` unless it is a number of layers */
  layers(name: string, fallback?: number): number {
    return this.count(name, fallback, { most: MOST_LAYERS });
  }

  /** @throws {SaeLabError} `model.invalid-config` unless it is the index of a layer, or the number of layers */
  layerIndex(name: string, fallback?: number): number {
    return this.count(name, fallback, { least: 0, most: MOST_LAYERS });
  }

  /** @throws {SaeLabError} `model.invalid-config` unless it is a number of tokens */
  contextLength(name: string, fallback?: number): number {
    return this.count(name, fallback, { most: LONGEST_CONTEXT });
  }

  /** @throws {SaeLabError} `model.invalid-config` unless it is a positive number */
  positive(name: string, fallback?: number): number {
    const isPositive = (value: unknown): value is number => Number.isFinite(value) && (value as number) > 0;
    return this.#read(name, fallback, isPositive, 'a positive number');
  }

  /** @throws {SaeLabError} `model.invalid-config` unless it is absent or a positive number */
  optional(name: string): number | undefined {
    return this.has(name) ? this.positive(name) : undefined;
  }

  /** @throws {SaeLabError} `model.invalid-config` unless it is true or false */
  flag(name: string, fallback?: boolean): boolean {
    const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
    return this.#read(name, fallback, isFlag, 'true or false');
  }

  /** @throws {SaeLabError} `model.invalid-config` unless it is a string */
  text(name: string, fallback?: string): string {
    const isText = (value: unknown): value is string => typeof value === 'string';
    return this.#read(name, fallback, isText, 'a string');
  }

  /** @throws {SaeLabError} `model.invalid-config` unless it is a list of `length` strings */
  texts(name: string, length: number): readonly string[] | undefined {
    if (!this.has(name)) return undefined;
    const isList = (value: unknown): value is string[] =>
      Array.isArray(value) && value.length === length && value.every((item) => typeof item === 'string');
    return this.#read(name, undefined, isList, `a list of ${length} strings`);
  }

  /** An object inside the config; undefined where it is absent. */
  object(name: string): ConfigFields | undefined {
    if (!this.has(name)) return undefined;
    const isObject = (value: unknown): value is JsonObject =>
      value !== null && typeof value === 'object' && !Array.isArray(value);
    return new ConfigFields(
      `${this.source}, ${name}`,
      this.#read(name, undefined, isObject, 'a JSON object'),
    );
  }

  /** The fields of this object, and those of another that it lacks. */
  withDefaults(defaults: ConfigFields | undefined): ConfigFields {
    return defaults === undefined
      ? this
      : new ConfigFields(this.source, { ...defaults.#fields, ...this.#fields });
  }

  /**
   * The fields with some renamed: `transformers` reads both names of a field in `names`.
   *
   * @param names the canonical name by the other name
   * @throws {SaeLabError} `model.unsupported-config` if both names are present with different values
   */
  renamed(names: Readonly<Record<string, string>>): ConfigFields {
    const fields = { ...this.#fields };
    for (const [other, name] of Object.entries(names)) {
      if (!this.has(other)) continue;
      if (this.has(name) && this.value(name) !== this.value(other)) {
        throw this.unsupported(
          other,
          `${describeValue(this.value(name))}, as ${name}`,
          `it contradicts ${name}`,
        );
      }
      fields[name] = this.value(other);
    }
    return new ConfigFields(this.source, fields);
  }

  /** Whether the object has no fields. */
  get isEmpty(): boolean {
    return Object.keys(this.#fields).length === 0;
  }

  /** The error for a valid value that graphs do not support. */
  unsupported(name: string, supported: string, why: string): SaeLabError {
    return new SaeLabError('model.unsupported-config', {
      problem: `${name}: ${why}`,
      field: this.source,
      expected: supported,
      ...(Object.hasOwn(this.#fields, name) && { received: describeValue(this.#fields[name]) }),
      fix: 'Export the model to ONNX instead (optimum-cli export onnx --task text-generation).',
    });
  }

  #read<T>(
    name: string,
    fallback: T | undefined,
    isValid: (value: unknown) => value is T,
    expected: string,
  ): T {
    const value = this.value(name) ?? fallback;
    if (isValid(value)) return value;
    throw new SaeLabError('model.invalid-config', {
      problem: value === undefined ? `the field ${name} is missing` : `${name} has an invalid value`,
      field: this.source,
      expected,
      ...(value !== undefined && { received: describeValue(value) }),
      fix: "Download the model's config.json again.",
    });
  }
}
