/** Fades the right edge of its positioned parent where content continues. */
export function ScrollFade({ shown }: { shown: boolean }) {
  return (
    <div
      aria-hidden="true"
      className={`pointer-events-none absolute inset-y-0 right-0 w-10 bg-linear-to-l from-surface to-transparent ${shown ? '' : 'hidden'}`}
    />
  );
}
