import { Card } from '@tremor/react';
import type { RunStatus } from '@sae-lab/db/reading';
import { bytes, pythonText, saelensProgram } from '@sae-lab/measures';
import { Collapsible } from '../../components/collapsible.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import type { RunDetails } from '../load-run.ts';

/** The files of a run's SAE, and how to load it in Python. */
export function RunFiles({ run, artifacts }: Pick<RunDetails, 'run' | 'artifacts'>) {
  const weights = artifacts.find(({ kind }) => kind === 'sae');
  const folder = weights?.place.path?.replace(/[\\/][^\\/]*$/, '');
  return (
    <Card className="min-w-0 p-4 sm:p-5">
      <Collapsible title="Files">
        {weights === undefined ? (
          <p className="text-[13px] text-soft">{unsaved(run.status)}</p>
        ) : (
          <div className="grid gap-4 text-[13px]">
            <dl className="grid gap-0.5">
              <dt className="font-medium">Data folder</dt>
              <dd className="wrap-anywhere">{weights.place.text}</dd>
            </dl>
            {folder === undefined ? null : (
              <div className="grid gap-1">
                <h3 className="font-medium">Folder in SAELens’s format</h3>
                <Copied text={folder} what="the folder" />
              </div>
            )}
            <dl className="grid gap-3">
              {artifacts.map(({ kind, path, bytes: size, sha256 }) => (
                <div key={path} className="grid gap-0.5">
                  <dt className="flex flex-wrap gap-x-2">
                    {NAMES[kind] ?? kind}
                    <span className="text-soft">{bytes(size)}</span>
                  </dt>
                  <dd className="grid gap-0.5">
                    <Copied text={path} what={`the path of the ${NAMES[kind]?.toLowerCase() ?? kind}`} />
                    <span className="flex items-baseline gap-2 text-xs text-soft">
                      <span className="min-w-0 font-mono wrap-anywhere">SHA-256 {sha256}</span>
                      <CopyButton
                        text={sha256}
                        what={`the checksum of the ${NAMES[kind]?.toLowerCase() ?? kind}`}
                      />
                    </span>
                  </dd>
                </div>
              ))}
            </dl>
            {folder === undefined ? null : <Snippet program={programFor(folder, run.hook, run.width)} />}
            <div className="grid gap-1">
              <h3 className="font-medium">To share it</h3>
              <Copied text={`pnpm sae export ${run.runHash.slice(0, 8)}`} what="the command" />
              <p className="text-soft">
                It copies the SAE with a model card, plots and a Python program that checks three rows.
              </p>
            </div>
          </div>
        )}
      </Collapsible>
    </Card>
  );
}

const NAMES: Readonly<Record<string, string>> = {
  sae: 'Weights',
  config: 'Configuration',
  sparsity: 'Latent densities',
};

function Copied({ text, what }: { text: string; what: string }) {
  return (
    <span className="flex items-baseline gap-2">
      <code className="min-w-0 font-mono text-xs wrap-anywhere">{text}</code>
      <CopyButton text={text} what={what} />
    </span>
  );
}

function Snippet({ program }: { program: string }) {
  return (
    <div className="grid min-w-0 gap-1">
      <div className="flex items-baseline gap-2">
        <h3 className="font-medium">In Python</h3>
        <CopyButton text={program} what="the program" />
      </div>
      {/* Focusable, so that the keyboard can scroll it. */}
      <pre
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label="Python program"
        className="overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs leading-5"
      >
        {program}
      </pre>
    </div>
  );
}

function programFor(folder: string, hook: string, width: number): string {
  return saelensProgram({
    about: 'Loads this SAE with SAELens.\n\n    pip install sae-lens\n',
    folder: pythonText(folder),
    after: `x = torch.zeros(8, sae.cfg.d_in)  # activations of ${hook.replaceAll(/\s/g, ' ')}
codes = sae.encode(x)  # [8, ${width}]
reconstructions = sae.decode(codes)`,
  });
}

function unsaved(status: RunStatus): string {
  if (status === 'queued' || status === 'running' || status === 'interrupted') {
    return 'The SAE is saved when the run finishes.';
  }
  return status === 'cancelled'
    ? 'No SAE was saved: the run was cancelled. Its checkpoint, if it has one, is kept in the data folder.'
    : 'No SAE was saved, because the run has no result.';
}
