import { Message } from '../components/message.tsx';
import type { TextPage } from './load-text-page.ts';

/** Instead of a page that the run cannot have. */
export function Obstacle({ page: { run, obstacle } }: { page: TextPage }) {
  return obstacle === 'unfinished' ? (
    <Message title="This run has no SAE yet">
      <p>Run {run.id} has not finished. Its SAE can read text when it has.</p>
    </Message>
  ) : (
    <Message title="This SAE cannot read text">
      <p>
        The activations of run {run.id} are synthetic or imported. No language model turns a text into them.
      </p>
      <p>Open a run of a sweep with a model.</p>
    </Message>
  );
}
