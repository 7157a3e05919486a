'use client';

import { Button } from '@tremor/react';
import { Message } from '../components/message.tsx';

/** For bugs in the dashboard. Expected problems have separate pages. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <Message title="Something went wrong in the dashboard">
      <p>
        The terminal that runs it shows the error
        {error.digest === undefined ? '' : ` (digest ${error.digest})`}. Your runs are not affected.
      </p>
      <p>
        <Button variant="light" onClick={reset}>
          Try again
        </Button>
      </p>
    </Message>
  );
}
