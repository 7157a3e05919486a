import { Command, Message } from '../components/message.tsx';
import { shellWord } from '../format/shell-word.ts';
import type { SaeHeading } from '../saes/sae-heading.ts';
import { subjectName } from '../saes/subject.ts';
import type { TextPage } from './load-text-page.ts';

interface ObstacleProps {
  readonly heading: SaeHeading;
  readonly obstacle: NonNullable<TextPage['obstacle']>;
}

/** Instead of a page that the SAE cannot have. */
export function Obstacle({ heading: { subject, source }, obstacle }: ObstacleProps) {
  if (obstacle === 'unfinished') {
    return (
      <Message title="This run has no SAE yet">
        <p>Run {subject.runId} has not finished. Its SAE can read text when it has.</p>
      </Message>
    );
  }
  return (
    <Message title="This SAE cannot read text">
      <p>
        The activations of {subjectName(subject)} are synthetic, imported or unknown. No language model turns
        a text into them.
      </p>
      {source !== null ? (
        <>
          <p>Evaluate its files on a model. Afterwards it can read text:</p>
          <Command>{`pnpm evaluate ${shellWord(source)} --model <model> --dataset <dataset>`}</Command>
        </>
      ) : (
        <p>Open a run or an SAE of a sweep with a model.</p>
      )}
    </Message>
  );
}
