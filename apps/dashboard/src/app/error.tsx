'use client';

import { Message } from '../components/message.tsx';

/** For mistakes of the dashboard's own; what can be expected to go wrong has pages that say more. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <Message title="The dashboard made a mistake">
      <p>
        Its terminal says more{error.digest === undefined ? '' : ` (look for ${error.digest})`}. Your runs are
        not affected.
      </p>
      <p>
        <button type="button" onClick={reset} className="text-accent hover:underline">
          Try again
        </button>
      </p>
    </Message>
  );
}
