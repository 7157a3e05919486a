/** Fades the right edge of its positioned parent where content continues. */
export function ScrollFade({ shown }: { shown: boolean }) {
  return (
    <div
      aria-hidden="true"
      className={`pointer-events-none absolute inset-y-px right-px w-10 bg-linear-to-l from-surface to-transparent ${shown ? '' : 'hidden'}`}
    />
  );
}
