import { partReader, type Field, type Part } from './fields.ts';
import { ALL_DIGITS, labeller, type Labeller } from './label.ts';

/** A run as far as it decides what the run is compared with. Runs of the database have all of it. */
export interface ConfiguredRun {
  readonly variant: string;
  readonly mathVersion: number;
  readonly hyper: Readonly<Record<string, unknown>>;
  readonly hook: string;
  readonly width: number;
  readonly activationsId: string;
  /** The whole configuration. What has a field above is not looked up here. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Where it was trained; absent before it is. Devices differ in rounding. */
  readonly device?: string | undefined;
}

/** The configuration of a run: all that decides its result but the seed. */
export interface RunConfiguration {
  /** The same number for runs that differ by their seed only, and for no others. Counted from 0 in order. */
  readonly configuration: number;
  /**
   * What sets sparsity, e.g. `k=32`, and whatever else differs among the runs of one variant, hook and width. So
   * variant, hook, width and label together name a configuration.
   */
  readonly label: string;
  /** Value of what sets sparsity, where it is a number. */
  readonly coefficient: number | null;
}

/** Drawn values have 16 digits; four are shown where they tell the values of a field apart. */
const DIGITS = 4;

/** Fields of a configuration that are columns, and the seed. */
const COLUMNS = new Set(['variant', 'hyper', 'hook', 'dSae', 'seed', 'activationsId']);

const DEVICE = 'provenance.device';

interface Read {
  readonly run: ConfiguredRun;
  /** By what they are a part of: `hyper`, `training`, … */
  readonly parts: ReadonlyMap<string, Part>;
  readonly key: string;
}

/**
 * The configuration of each run, in the order of the runs.
 *
 * @param exact numbers with all their digits, for a run that is shown by itself
 * @param sparsityOf name of the hyperparameter that sets the sparsity of a run's variant, where it is known
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
      label: labellers.get(run.variant)!(fields),
      coefficient: typeof value === 'number' ? value : null,
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
  // A run that waits will be trained where the others were.
  const devices = new Map<string, string>();
  for (const { run, key } of read)
    if (run.device !== undefined && !devices.has(key)) devices.set(key, run.device);
  return read.map(({ run, parts, key }) => {
    const device = partOf(DEVICE, run.device ?? devices.get(key));
    return { run, parts: parts.set(DEVICE, device), key: `${key} ${device.id}` };
  });
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

/** Paths of the fields that some of these runs have otherwise than others, or not at all. */
function differing(runs: readonly Read[]): string[] {
  const names = new Set(runs.flatMap(({ parts }) => [...parts.keys()]));
  return [...names].flatMap((name) => {
    const parts = new Set(runs.map((run) => run.parts.get(name)));
    if (parts.size < 2) return [];
    const fields = [...parts].flatMap((part): readonly Field[] => part?.fields ?? []);
    // A run that waits has no device yet, which is no difference.
    const mayLack = name === DEVICE;
    return [...Map.groupBy(fields, ({ path }) => path)]
      .filter(
        ([, found]) =>
          (found.length < parts.size && !mayLack) || new Set(found.map(({ text }) => text)).size > 1,
      )
      .map(([path]) => path);
  });
}

/** Hyperparameters stand before settings of training, and these before the rest. */
function rank(path: string): number {
  return path.startsWith('hyper.') ? 0 : path.startsWith('training.') ? 1 : 2;
}
