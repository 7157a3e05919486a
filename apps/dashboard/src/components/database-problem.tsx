import type { SaeLabError } from '@sae-lab/errors';
import { KeepTrying } from '../live/keep-trying.tsx';
import { Command, Message } from './message.tsx';

/** Shown instead of a page that could not be read. Retries on its own. */
export function DatabaseProblem({ problem }: { problem: SaeLabError }) {
  return (
    <Message title="Cannot read the database">
      <p className="text-ink">{sentence(problem.details.problem)}</p>
      {problem.details.received === undefined ? null : <p>Received: {problem.details.received}</p>}
      <p>
        If you use the embedded database, restart the dashboard. It starts the database of the data folder:
      </p>
      <Command>pnpm dashboard</Command>
      <p>
        If DATABASE_URL is set, check that this database is running and that its address and password are
        correct.
      </p>
      <p className="text-xs">
        {problem.code} <KeepTrying />
      </p>
    </Message>
  );
}

/** Problems are written to follow a field name, so they start in lower case. */
function sentence(problem: string): string {
  return `${problem[0]!.toUpperCase()}${problem.slice(1)}.`;
}
