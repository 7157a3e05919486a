import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { send } from '../all-runs/send.ts';

type Sent = Awaited<ReturnType<typeof send>>;

export interface Action {
  /** Sends a request and, if it was carried out, reads the page again. */
  readonly act: (method: Parameters<typeof send>[0], path: string, body?: object) => Promise<Sent>;
  readonly busy: boolean;
  /** What went wrong with the last request. */
  readonly problem: string | undefined;
}

/** For buttons that change something in the database. */
export function useAction(): Action {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  return {
    busy,
    problem,
    async act(method, path, body = {}) {
      setBusy(true);
      const sent = await send(method, path, body);
      setBusy(false);
      setProblem(sent.problem);
      if (sent.problem === undefined) router.refresh();
      return sent;
    },
  };
}
