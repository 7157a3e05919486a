import type { UseQueryStatesReturn } from 'nuqs';
import type { Provenance } from './caption.ts';
import type { CompareRow } from './compare-row.ts';
import type { ConfigKey } from './config-fields.ts';
import type { compareState } from './view-state.ts';

type State = UseQueryStatesReturn<typeof compareState>;

/** What each view of the compare page receives. */
export interface ViewProps {
  /** The runs that the page's filters leave. */
  readonly rows: readonly CompareRow[];
  /** What the reader groups by. */
  readonly by: ConfigKey;
  /** Everything that runs can be grouped by. */
  readonly keys: readonly ConfigKey[];
  readonly provenance: Provenance;
  readonly state: State[0];
  readonly setState: State[1];
}
