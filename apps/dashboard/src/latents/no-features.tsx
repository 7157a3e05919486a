import { Command, Message } from '../components/message.tsx';
import { SaePageHead } from '../saes/sae-page-head.tsx';
import type { SaeHeading } from '../saes/sae-heading.ts';

/** What to do about an SAE whose latents nobody has described. */
export function NoFeatures({ heading }: { readonly heading: SaeHeading }) {
  const { subject, status, target } = heading;
  const isRun = subject.runId !== undefined;
  return (
    <>
      <SaePageHead heading={heading} title="Latents" current="Latents" />
      <Message title={`The latents of this ${isRun ? 'run' : 'SAE'} are not described yet`}>
        {status === 'finished' ? (
          <>
            <p>
              This command finds on what each latent fires. It needs the files of the{' '}
              {isRun ? 'sweep' : 'SAE'}:
            </p>
            <Command>{`pnpm evaluate ${target} --only features`}</Command>
            <p>
              It reads text with a language model, so it does not work for synthetic and imported activations.
              Reload this page when it has finished.
            </p>
          </>
        ) : (
          <p>The run is {status}. Its latents can be described once it has finished.</p>
        )}
      </Message>
    </>
  );
}
