/** A piece of a line of a legend. The text next to it says what it stands for. */
export function LineSample({
  color,
  dash = '',
}: {
  readonly color: string;
  readonly dash?: string | undefined;
}) {
  return (
    <svg width={26} height={6} viewBox="0 0 26 6" aria-hidden="true" className="inline-block shrink-0">
      <path d="M0,3H26" fill="none" stroke={color} strokeWidth={2} strokeDasharray={dash} />
    </svg>
  );
}
