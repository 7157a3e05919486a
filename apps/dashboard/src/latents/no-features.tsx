import type { RunHeading } from './load-heading.ts';
import { Command, Message } from '../components/message.tsx';
import { shellWord } from '../format/shell-word.ts';
import { RunPageHead } from '../runs/run-page-head.tsx';

/** What to do about a run whose latents nobody has described. */
export function NoFeatures(heading: RunHeading) {
  const { run, sweeps } = heading;
  return (
    <>
      <RunPageHead {...heading} title="Latents" current="Latents" />
      <Message title="The latents of this run are not described yet">
        {run.status === 'finished' ? (
          <>
            <p>This command finds on what each latent fires. It needs the files of the sweep:</p>
            <Command>{`pnpm evaluate ${shellWord(sweeps[0]?.name ?? '<sweep>')} --only features`}</Command>
            <p>
              It reads the text of the sweep, so it does not work for synthetic and imported activations.
              Reload this page when it has finished.
            </p>
          </>
        ) : (
          <p>The run is {run.status}. Its latents can be described once it has finished.</p>
        )}
      </Message>
    </>
  );
}
