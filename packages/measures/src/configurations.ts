import { partReader, type Field, type Part } from './fields.ts';
import { ALL_DIGITS, labeller, type Labeller } from './label.ts';

/** The part of a run that decides which runs it is compared with. Rows of the database satisfy it. */
export interface ConfiguredRun {
  readonly variant: string;
  readonly mathVersion: number;
  readonly hyper: Readonly<Record<string, unknown>>;
  readonly hook: string;
  readonly width: number;
  readonly activationsId: string;
  /** The whole configuration. Fields listed above are read from there instead. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Where it was trained: its `device` counts, since devices round differently. Absent or null before training. */
  readonly provenance?: Readonly<Record<string, unknown>> | null;
}

/** The configuration of a run: everything that affects its result, except the seed. */
export interface RunConfiguration {
  /** Equal for runs that differ only in their seed, and for no others. Counted from 0 in order of occurrence. */
  readonly configuration: number;
  /**
   * The hyperparameter that sets sparsity, e.g. `k=32`, and every setting that differs among the runs of one variant,
   * hook and width. Variant, hook, width and coefficient together identify a configuration.
   */
  readonly coefficient: string;
  /** The value of the hyperparameter that sets sparsity, to sort by; null where it is not a number. */
  readonly coefficientValue: number | null;
}

/** Drawn values have 16 digits; four are shown, or more where four do not tell the values of a field apart. */
const DIGITS = 4;

/** Fields of a configuration that have a separate column, and the seed. */
const COLUMNS = new Set(['variant', 'hyper', 'hook', 'dSae', 'seed', 'activationsId']);

const DEVICE = 'provenance.device';

interface Read {
  readonly run: ConfiguredRun;
  /** By the part's name: `hyper`, `training`, … */
  readonly parts: ReadonlyMap<string, Part>;
  readonly key: string;
}

/**
 * The configuration of each run, in the order of the runs.
 *
 * @param sparsityOf the name of the hyperparameter that sets sparsity in a run's variant; undefined if unknown
 * @param exact writes all digits of numbers, for a run shown by itself
 */
export function configurationsOf<R extends ConfiguredRun>(
  runs: readonly R[],
  sparsityOf: (run: R) => string | undefined,
  { exact = false }: { exact?: boolean } = {},
): RunConfiguration[] {
  const read = readRuns(runs);
  const labellers = new Map(
    [...Map.groupBy(read, ({ run }) => run.variant)].map(([variant, members]) => [
      variant,
      labellerOf(
        members,
        new Set(members.flatMap(({ run }) => sparsityOf(run as R) ?? [])),
        exact ? ALL_DIGITS : DIGITS,
      ),
    ]),
  );
  const known = new Map<string, RunConfiguration>();
  return read.map(({ run, parts, key }) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const fields = [...parts.values()].flatMap((part) => part.fields);
    const value = run.hyper[sparsityOf(run as R) ?? ''];
    const configuration = {
      configuration: known.size,
      coefficient: labellers.get(run.variant)!(fields),
      coefficientValue: typeof value === 'number' ? value : null,
    };
    known.set(key, configuration);
    return configuration;
  });
}

function readRuns(runs: readonly ConfiguredRun[]): Read[] {
  const partOf = partReader();
  const read = runs.map((run) => {
    const { variant, mathVersion, hyper, hook, width, activationsId, config } = run;
    const rest = Object.entries(config).filter(([name]) => !COLUMNS.has(name));
    const named = [['hyper', hyper], ...rest, ['activationsId', activationsId]] as const;
    const parts = new Map(named.map(([name, value]) => [name, partOf(name, value)]));
    parts.set('variant', partOf('variant.mathVersion', mathVersion));
    const ids = [...parts].map(([name, { id }]) => `${name} ${id}`).toSorted();
    return { run, parts, key: JSON.stringify([variant, hook, width, ...ids]) };
  });
  // A queued run is expected to be trained on the device of the others.
  const devices = new Map<string, string>();
  for (const { run, key } of read) {
    const device = deviceOf(run);
    if (device !== undefined && !devices.has(key)) devices.set(key, device);
  }
  return read.map(({ run, parts, key }) => {
    const device = partOf(DEVICE, deviceOf(run) ?? devices.get(key));
    return { run, parts: parts.set(DEVICE, device), key: `${key} ${device.id}` };
  });
}

function deviceOf({ provenance }: ConfiguredRun): string | undefined {
  const device = provenance?.['device'];
  return typeof device === 'string' ? device : undefined;
}

function labellerOf(runs: readonly Read[], sparsity: ReadonlySet<string>, digits: number): Labeller {
  const main = new Set([...sparsity].map((name) => `hyper.${name}`));
  const varying = new Set<string>();
  for (const sameColumns of Map.groupBy(runs, ({ run }) => JSON.stringify([run.hook, run.width])).values()) {
    for (const path of differing(sameColumns)) varying.add(path);
  }
  const shown = [...new Set([...main, ...varying])].toSorted(
    (a, b) => Number(main.has(b)) - Number(main.has(a)) || rank(a) - rank(b) || (a < b ? -1 : 1),
  );
  const isShown = new Set(shown);
  const parts = new Set(runs.flatMap((run) => [...run.parts.values()]));
  const values = Map.groupBy(
    [...parts].flatMap(({ fields }) => fields.filter(({ path }) => isShown.has(path))),
    ({ path }) => path,
  );
  return labeller(shown, values, digits);
}

/** Paths of the fields in which these runs differ, including fields that some of them lack. */
function differing(runs: readonly Read[]): string[] {
  const names = new Set(runs.flatMap(({ parts }) => [...parts.keys()]));
  return [...names].flatMap((name) => {
    const parts = new Set(runs.map((run) => run.parts.get(name)));
    if (parts.size < 2) return [];
    const fields = [...parts].flatMap((part): readonly Field[] => part?.fields ?? []);
    // A queued run has no device yet; that does not count as a difference.
    const mayLack = name === DEVICE;
    return [...Map.groupBy(fields, ({ path }) => path)]
      .filter(
        ([, found]) =>
          (found.length < parts.size && !mayLack) || new Set(found.map(({ text }) => text)).size > 1,
      )
      .map(([path]) => path);
  });
}

/** Hyperparameters come first, then training settings, then the rest. */
function rank(path: string): number {
  return path.startsWith('hyper.') ? 0 : path.startsWith('training.') ? 1 : 2;
}
