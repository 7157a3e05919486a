'use client';

import type { Deletion } from '@sae-lab/db/reading';
import { bytes, integer } from '@sae-lab/measures';
import { useState } from 'react';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { send } from '../../all-runs/send.ts';
import type { Removal } from './remove-run-folders.ts';

interface DeleteSweepProps {
  readonly id: number;
  readonly name: string;
  readonly onDeleted: () => void;
}

/** Asks, and says what goes, before it deletes a sweep. */
export function DeleteSweep({ id, name, onDeleted }: DeleteSweepProps) {
  const [what, setWhat] = useState<Deletion>();
  const [files, setFiles] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const path = `/api/sweeps/${id}`;
  const look = async (): Promise<void> => {
    setProblem(undefined);
    const response = await fetch(path, { cache: 'no-store' }).catch(() => undefined);
    if (response?.ok) setWhat((await response.json()) as Deletion);
    else setProblem('The dashboard cannot read the sweep. Reload the page.');
  };
  const remove = async (): Promise<boolean> => {
    setBusy(true);
    const sent = await send('DELETE', path, { files });
    setBusy(false);
    setProblem(sent.problem);
    if (sent.problem !== undefined) return false;
    const { kept } = sent.data as Partial<Removal>;
    if (kept !== undefined) {
      setProblem(`The sweep is deleted, but not all of its files: ${kept}`);
      return false;
    }
    onDeleted();
    return true;
  };
  return (
    <ConfirmDialog
      button="Delete …"
      title={`Delete ${name}?`}
      confirm="Delete sweep"
      busy={busy || what === undefined}
      problem={problem}
      onOpen={() => void look()}
      onConfirm={remove}
    >
      {what === undefined ? (
        <p>Reading what belongs to it …</p>
      ) : (
        <>
          <p>
            This removes the sweep
            {what.runs === 0
              ? ''
              : ` and ${what.runs === 1 ? '1 run' : `${integer(what.runs)} runs`} with curves, figures and evaluations`}{' '}
            from the database. It cannot be undone.
          </p>
          {what.shared === 0 ? null : (
            <p>
              {what.shared === 1
                ? '1 run belongs to another sweep, and stays.'
                : `${integer(what.shared)} runs belong to other sweeps, and stay.`}
            </p>
          )}
          {what.runs === 0 ? null : (
            <label className="flex items-start gap-2 text-ink">
              <input
                type="checkbox"
                checked={files}
                onChange={(event) => setFiles(event.target.checked)}
                className="mt-1 accent-(--accent)"
              />
              <span>
                Also delete the files of these runs in the data folder: SAEs
                {what.bytes > 0 ? ` (${bytes(what.bytes)})` : ''} and checkpoints
              </span>
            </label>
          )}
          {files || what.runs === 0 ? null : (
            <p>Their files stay in the data folder, under runs/. The database will not know them any more.</p>
          )}
        </>
      )}
    </ConfirmDialog>
  );
}
