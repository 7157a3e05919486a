import type { SaeLabError } from '@sae-lab/errors';
import { KeepTrying } from '../live/keep-trying.tsx';
import { Command, Message } from './message.tsx';

/** Stands in for a page that could not be read. Tries again by itself. */
export function DatabaseProblem({ problem }: { problem: SaeLabError }) {
  return (
    <Message title="The database cannot be read">
      <p className="text-ink">{problem.details.problem}.</p>
      {problem.details.received === undefined ? null : <p>It said: {problem.details.received}</p>}
      <p>
        If it is the project’s own, stop this dashboard and start it again: it starts the database of the data
        folder.
      </p>
      <Command>pnpm dashboard</Command>
      <p>If DATABASE_URL names another one, see that it runs and that its address and password are right.</p>
      <p className="text-xs">
        {problem.code}. <KeepTrying />
      </p>
    </Message>
  );
}
