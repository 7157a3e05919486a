'use client';

import { useId, useRef, type ReactNode } from 'react';
import { BUTTON } from '../all-runs/popover.tsx';

interface ConfirmDialogProps {
  /** The button that opens it. */
  readonly button: string;
  /** The question. */
  readonly title: string;
  /** The button that says yes. */
  readonly confirm: string;
  readonly busy: boolean;
  readonly problem: string | undefined;
  readonly onOpen?: () => void;
  /** Resolves to whether the dialog closes. */
  readonly onConfirm: () => Promise<boolean>;
  /** What happens. */
  readonly children: ReactNode;
}

/** A button that asks before it does something that cannot be undone at once. */
export function ConfirmDialog({
  button,
  title,
  confirm,
  busy,
  problem,
  onOpen,
  onConfirm,
  children,
}: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  return (
    <>
      <button
        type="button"
        className={BUTTON}
        onClick={() => {
          onOpen?.();
          dialog.current?.showModal();
        }}
      >
        {button}
      </button>
      <dialog
        ref={dialog}
        aria-labelledby={heading}
        className="m-auto w-full max-w-lg rounded-lg border border-line-strong bg-surface p-5 text-ink shadow-lg backdrop:bg-black/40 max-sm:max-w-[calc(100vw-2rem)]"
      >
        <h2 id={heading} className="text-base font-semibold wrap-anywhere">
          {title}
        </h2>
        <div className="mt-2 grid gap-2 text-[13px] text-soft">{children}</div>
        {problem === undefined ? null : (
          <p role="alert" className="mt-3 text-[13px] wrap-anywhere text-(--status-failed)">
            {problem}
          </p>
        )}
        <div className="mt-4 flex justify-end gap-2">
          <button type="button" className={BUTTON} onClick={() => dialog.current?.close()}>
            Keep it
          </button>
          <button
            type="button"
            disabled={busy}
            className="rounded-md bg-ink px-2.5 py-1.5 text-[13px] font-medium text-surface hover:opacity-85 disabled:opacity-50"
            onClick={() => void onConfirm().then((closes) => closes && dialog.current?.close())}
          >
            {confirm}
          </button>
        </div>
      </dialog>
    </>
  );
}
