import type { UseQueryStatesReturn } from 'nuqs';
import type { CompareRow } from './compare-row.ts';
import type { ConfigKey } from './config-fields.ts';
import type { Grouping } from './groups.ts';
import type { CompareReference } from './references/compare-reference.ts';
import type { compareState } from './view-state.ts';

type State = UseQueryStatesReturn<typeof compareState>;

/** What each view of the compare page receives. */
export interface ViewProps {
  /** The runs that the page's filters and brushes leave. */
  readonly rows: readonly CompareRow[];
  /** What the reader groups by. */
  readonly by: Grouping;
  /** Everything that runs can be grouped by. */
  readonly keys: readonly ConfigKey[];
  /** What the runs are compared with. */
  readonly references: readonly CompareReference[];
  /** The selection and its filters in words, for captions. */
  readonly provenance: readonly string[];
  readonly state: State[0];
  readonly setState: State[1];
}
