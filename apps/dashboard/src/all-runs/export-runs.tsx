import { integer } from '@sae-lab/measures';
import { EXPORT_FORMATS } from './export/formats.ts';
import { BUTTON, Popover } from './popover.tsx';

interface ExportRunsProps {
  readonly runs: number;
  /** Null while runs are not grouped. */
  readonly groups: number | null;
  /** The search part of the address that decides the runs and their columns, without groups and with them. */
  readonly query: string;
  readonly groupsQuery: string;
}

/** Saves all filtered runs or groups as a file, which the server writes while it reads them. */
export function ExportRuns({ runs, groups, query, groupsQuery }: ExportRunsProps) {
  return (
    <Popover label="Export">
      <div className="grid gap-3 text-[13px]">
        {groups === null ? null : (
          <Files
            what={`${groups === 1 ? 'The group' : `All ${integer(groups)} groups`}, with means and intervals.`}
            name="groups"
            query={groupsQuery}
          />
        )}
        <Files
          what={`${runs === 1 ? 'The run' : `All ${integer(runs)} runs`}, with these columns and all digits.`}
          name="runs"
          query={query}
        />
      </div>
    </Popover>
  );
}

function Files({ what, name, query }: { what: string; name: string; query: string }) {
  return (
    <div>
      <p className="mb-2 text-soft">{what}</p>
      <div className="flex flex-wrap gap-2">
        {EXPORT_FORMATS.map(({ label, extension }) => (
          <a
            key={extension}
            className={BUTTON}
            aria-label={`${label} of the ${name}`}
            download={`${name}.${extension}`}
            href={`/api/runs/export?format=${extension}${query === '' ? '' : `&${query}`}`}
          >
            {label}
          </a>
        ))}
      </div>
    </div>
  );
}
