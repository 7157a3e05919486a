import { describeValue, SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import { parsePythonJson } from '../../files/python-json.ts';
import { reasonOf } from '../../files/reason-of.ts';
import { readText } from '../../files/utf8.ts';

/**
 * The fields of a foreign configuration. Every field has to be read, checked, or skipped by name: one that is overlooked
 * could change the codes.
 */
export class ConfigFields {
  readonly #file: string;
  readonly #prefix: string;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #known = new Set<string>();

  private constructor(file: string, prefix: string, values: Readonly<Record<string, unknown>>) {
    this.#file = file;
    this.#prefix = prefix;
    this.#values = values;
  }

  /** @throws {SaeLabError} `sae.unreadable` */
  static async read(path: string): Promise<ConfigFields> {
    try {
      return new ConfigFields(path, '', objectSchema.parse(parsePythonJson(await readText(path))));
    } catch (cause) {
      throw new SaeLabError('sae.unreadable', {
        problem: `not the configuration of an SAE: ${reasonOf(cause)}`,
        field: path,
        expected: 'a JSON object',
        fix: 'Copy or download the file again.',
        cause,
      });
    }
  }

  /** Everything in the configuration. */
  get values(): Readonly<Record<string, unknown>> {
    return this.#values;
  }

  /**
   * Reads a field that the codes depend on, or that identifies the SAE.
   *
   * @throws {SaeLabError} `sae.bad-config`
   */
  take<T>(name: string, schema: z.ZodType<T>): T {
    this.#known.add(name);
    const parsed = schema.safeParse(this.#values[name]);
    if (parsed.success) return parsed.data;
    throw new SaeLabError('sae.bad-config', {
      problem: reasonOf(parsed.error),
      field: this.#name(name),
      received: name in this.#values ? describeValue(this.#values[name]) : 'no such field',
      fix: 'Correct the field, or save the SAE again with the library that trained it.',
    });
  }

  /** Reads a field that only describes the SAE. One of another type counts as unknown. */
  known<T>(name: string, schema: z.ZodType<T>): T | undefined {
    this.#known.add(name);
    const parsed = schema.safeParse(this.#values[name]);
    return parsed.success ? parsed.data : undefined;
  }

  /** A nested object; undefined if the field is absent. */
  section(name: string): ConfigFields | undefined {
    const values = this.take(name, objectSchema.nullish());
    return values ? new ConfigFields(this.#file, `${this.#prefix}${name}.`, values) : undefined;
  }

  /** @throws {SaeLabError} `sae.bad-config` */
  requiredSection(name: string): ConfigFields {
    return new ConfigFields(this.#file, `${this.#prefix}${name}.`, this.take(name, objectSchema));
  }

  /**
   * Accepts only these values of fields that change the codes. An absent field has the first value.
   *
   * @throws {SaeLabError} `sae.unsupported`
   */
  only(allowed: Readonly<Record<string, readonly unknown[]>>): void {
    for (const [name, values] of Object.entries(allowed)) {
      this.#known.add(name);
      const value = this.#values[name];
      if (value === undefined || values.includes(value)) continue;
      throw this.unsupported(name, values.map(describeValue).join(' or '));
    }
  }

  /** The error for a field with a value that is not implemented. */
  unsupported(name: string, expected: string): SaeLabError {
    return new SaeLabError('sae.unsupported', {
      problem: 'the codes or the reconstruction depend on this setting, and this value is not implemented',
      field: this.#name(name),
      expected,
      received: describeValue(this.#values[name]),
      fix: 'Use another SAE, or fold the setting into the weights with the library that trained it.',
    });
  }

  /**
   * Ends the reading: every other field has to be in the list.
   *
   * @param skipped fields that are known not to change the codes
   * @throws {SaeLabError} `sae.unknown-field`
   */
  requireKnown(skipped: ReadonlySet<string>): void {
    for (const name of Object.keys(this.#values)) {
      if (this.#known.has(name) || skipped.has(name)) continue;
      throw new SaeLabError('sae.unknown-field', {
        problem: 'the field is not known, so it may change the codes',
        field: this.#name(name),
        received: describeValue(this.#values[name]),
        fix: 'Remove the field if it does not affect the codes.',
      });
    }
  }

  #name(name: string): string {
    return `${this.#prefix}${name} in ${this.#file}`;
  }
}

const objectSchema = z.record(z.string(), z.unknown());
